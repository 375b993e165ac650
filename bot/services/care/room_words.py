"""Words of two syllables: a client and their therapist both read one as the link is opened.

Used by ``meeting``. They name everyday things: no word of mood, illness or people may stand here.
"""

from __future__ import annotations

import hashlib

from flows.languages import BASE, Language, tongue_of

_EN = """
anchor apron arrow autumn badger bamboo banjo barrel basil basket beaker beetle berry biscuit
blanket blossom bottle bracket bramble bucket butter button cabbage cabin camel candle canvas
carpet carrot castle cedar cellar chapel cherry chimney clover cobble copper coral corner cotton
cricket curtain daisy dolphin donkey engine falcon feather fennel fiddle flannel flower forest
fountain garden garlic ginger granite guitar hammer hammock harbour hazel hedgehog helmet heron
island ivy jacket jasmine jigsaw kettle kitchen ladder lantern laurel lemon lentil lettuce linen
lobster magnet mango maple marble market meadow melon mirror mitten muffin napkin needle nutmeg
olive onion orchard otter paddle painter paper parcel parrot parsley pebble pencil penguin
pepper pillow planet pocket poppy porridge pumpkin puzzle rabbit raisin ribbon river robin
rooster saddle saffron salmon sandal satchel saucer shovel silver sparrow squirrel stable summer
teapot thimble ticket timber tulip turnip turtle velvet walnut wagon willow window winter yellow
zebra
"""
_DE = """
Ampel Anker Apfel Balken Becher Besen Biber Birke Birne Blume Bogen Bohne Brille Brücke Brunnen
Butter Dackel Deckel Dose Eiche Eimer Ente Erbse Erle Esel Eule Fächer Faden Fähre Falke Farbe
Feder Feige Fenster Fichte Flasche Flieder Flöte Gabel Garten Geige Gerste Giebel Glocke Gurke
Hafen Hafer Hammer Hase Hecke Henkel Hummel Insel Jacke Kabel Käfer Kamel Kamin Kanne Karte
Kasten Katze Kelle Kerze Kessel Kirsche Kissen Koffer Korken Kreide Krokus Kuchen Kugel Kürbis
Lampe Laube Leiter Linde Linse Löffel Mandel Mantel Marder Marmor Mauer Messing Minze Möhre
Mörtel Möwe Mühle Muschel Mütze Nadel Nelke Nudel Ofen Ordner Otter Palme Pappel Pfanne Pfeffer
Pflaume Pinsel Quelle Quitte Rabe Rahmen Regal Reifen Rettich Riegel Robbe Roggen Rose Ruder
Salbei Sattel Schaukel Schere Scheune Schiene Schlitten Segel Seife Sofa Sommer Spaten Spiegel
Stiefel Straße Tafel Tanne Tasche Tasse Teller Teppich Tulpe Ufer Veilchen Vogel Waffel Wagen
Weizen Weide Wiese Winter Wolke Wolle Würfel Zange Zebra Ziegel Zimmer Zucker Zwiebel
"""
WORDS: dict[str, tuple[str, ...]] = {"en": tuple(_EN.split()), "de": tuple(_DE.split())}


def word_for(language: Language, drawn: str) -> str:
    """The word in the client's language that something drawn at random stands for."""
    words = WORDS.get(tongue_of(language).plain) or WORDS[tongue_of(BASE).plain]
    return words[int.from_bytes(hashlib.sha256(drawn.encode()).digest()[:8], "big") % len(words)]
