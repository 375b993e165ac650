"""The wording that is looked for, as a table of phrases; read by ``screening`` alone.

A phrase is a row of words: ``a|b`` is either, ``kill*`` any word with that beginning, ``..`` up to
three words, ``$`` the end of a sentence. Words stand here as ``screening`` normalises them: small
letters, umlauts as ae, oe, ue, no apostrophes. The phrases were written for this project;
have a clinician read them. False alarms are accepted, missed cries are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for. Its id may be logged; the client's words may not."""

    id: str
    risk: Literal["likely", "explicit"]
    phrases: tuple[str, ...]
    says_not: bool = False
    """True where the phrase itself holds the negation: it is then not weakened by one."""
    of_anyone: bool = False
    """True where it may be about somebody else: of a film or a book it means nothing."""


RULES = (
    Rule(
        "en.kill-myself",
        "explicit",
        (
            "kill|killing|hang|hanging|shoot|shooting|drown|drowning|poison|poisoning myself",
            "end|ending my own|whole life",
            "end|ending my life",
            "take|taking|took my own life",
            "take|taking my life",
            "end|ending it all",
            "commit|committing suicide",
            "jump|jumping|throw|throwing .. front of .. train|car|bus|truck|tram",
            "jump|jumping|throw|throwing .. off|from|under .. bridge|roof|building|cliff|train",
            "take|taking|took .. all|whole .. pills|tablets",
            "take|taking|took an overdose",
        ),
    ),
    Rule(
        "en.wish-to-die",
        "explicit",
        (
            "i|id .. want|wanna|like|plan|planning to|2 die",
            "i wanna die",
            "wish i was|were dead",
            "rather be dead",
            "better off dead",
            "i .. want|wish .. to be dead",
            "i am|feel|im|feeling .. suicidal",
            "think|thought|thoughts|thinking of|about .. suicide|dying",
            "suicidal thoughts|ideas|feelings",
        ),
    ),
    Rule(
        "en.not-live",
        "explicit",
        (
            "dont|not|no|longer want|wanna|wish to live|exist",
            "dont|not|no|longer want|wanna|wish to be alive",
            "dont|not|no|longer want|wanna to be here anymore|any",
            "dont|not wanna live|exist",
            "no reason to live",
            "no reason|point .. to go on living",
            "no point in living",
            "not worth living",
            "nothing .. to live for",
            "not|never|dont wake up anymore|again",
            "wish|hope|want .. not|never|dont|wouldnt .. wake up",
        ),
        says_not=True,
    ),
    Rule(
        "en.harm-myself",
        "explicit",
        (
            "harm|harming myself",
            "want|going|need|urge|tempted to hurt|cut|burn myself",
            "cut|cutting myself again",
        ),
    ),
    Rule(
        "en.hurt-myself",
        "likely",
        (
            "hurt|hurting|cut|cutting|burn|burning myself",
            "self harm*",
            "selfharm*",
            "overdose*",
            "kms",
            "unalive",
            "kill me",
            "killed myself",
            "feel like dying",
        ),
    ),
    Rule(
        "en.burden",
        "likely",
        (
            "better off without me",
            "cant|cannot go on",
            "can not go on",
            "wish .. never been born",
            "disappear|gone forever",
            "goodbye|farewell letter|note",
            "i .. want|wanted|wish .. to disappear",
            "want it .. to end",
            "no way out",
            "no point in going on",
            "tired of living",
            "why i should live",
            "why should i live",
            "think|thinking|thought|thoughts about|of .. death",
            "cant take it any|anymore",
            "i|im .. going to die",
        ),
    ),
    Rule(
        "en.about-suicide",
        "likely",
        (
            "suicid*",
            "kill|kills|killed|killing himself|herself|themselves|themself|themselfs|yourself",
            "hanged|shot|hang|shoot|drowned himself|herself|themselves",
            "took|take|takes|taken|ended|ends his|her|their .. life",
            "want|wants|wanted|wanting to die",
        ),
        of_anyone=True,
    ),
    Rule(
        "de.mich-umbringen",
        "explicit",
        (
            "mich .. umbringen|umzubringen|umbringe|umbringt|toeten|vergiften",
            "mich .. erhaengen|erschiessen|ertraenken",
            "mich .. erhaenge|erschiesse|aufhaengen|aufhaenge|aufzuhaengen",
            "bring|bringe|braechte mich .. um",
            "bring|bringe|braechte ich mich .. um",
            "mir .. .. leben nehmen|nehme|zu",
            "nehme|naehme mir .. leben",
            "nehme|naehme ich mir .. leben",
            "meinem leben .. ende setzen|machen|bereiten|zu",
            "mein leben .. beenden|beende",
            "allem .. ende setzen|machen|zu",
            "selbstmord|suizid begehen|begehe|machen|zu",
            "von|vom .. bruecke|dach|hochhaus|balkon .. springen|stuerzen|springe|stuerze",
            "vor .. zug|bahn|auto|lkw|ubahn .. werfen|springen|schmeissen|werfe|springe|schmeisse",
            "alle .. tabletten|pillen .. nehmen|schlucken|nehme|schlucke|genommen|geschluckt",
        ),
    ),
    Rule(
        "de.sterben-wollen",
        "explicit",
        (
            "ich .. will|moechte|mag|wuerde|wollte .. sterben|tot",
            "will|moechte|wuerde|wollte ich .. sterben|tot",
            "ich .. sterben will|moechte|wollte|wuerde",
            "ich .. tot sein will|moechte|wollte",
            "ich waere .. tot",
            "dass ich .. tot waere",
            "waere ich .. tot",
            "lieber tot",
            "wuensch* mir .. tod|tot",
            "gedanken .. suizid|selbstmord|umzubringen|sterben",
            "suizidgedanken",
            "selbstmordgedanken",
            "ich .. bin .. suizidal",
            "bin ich .. suizidal",
        ),
    ),
    Rule(
        "de.nicht-leben",
        "explicit",
        (
            "nicht mehr leben|weiterleben|aufwachen|aufzuwachen|existieren",
            "nie mehr|wieder aufwachen|aufzuwachen",
            "nicht mehr weiter leben",
            "nicht leben will|moechte",
            "keine|keinen lust|kraft|mut|willen mehr zu leben",
            "nicht .. lebenswert",
            "keinen|kein grund .. leben|weiterzuleben",
            "nichts .. wofuer .. lebe|leben",
        ),
        says_not=True,
    ),
    Rule(
        "de.mich-verletzen",
        "explicit",
        (
            "mich selbst|selber .. verletzen|verletze|verletzt",
            "mich .. ritzen|ritze|geritzt",
            "ritze|ritz ich mich",
            "ritze|ritz mich",
            "mir etwas|was antun|anzutun|antue|antu",
        ),
    ),
    Rule(
        "de.verletzung",
        "likely",
        ("selbstverletz*", "ueberdosis", "mich .. geschnitten|schneiden|verletzen|vergiftet"),
    ),
    Rule(
        "de.last",
        "likely",
        (
            "ohne mich .. .. besser",
            "besser .. ohne mich",
            "ich kann nicht mehr $",
            "kann ich nicht mehr $",
            "nicht mehr da sein",
            "nicht mehr hier sein",
            "nie geboren",
            "denke|denk .. tod",
            "mir das leben genommen",
            "dass alles aufhoert",
            "einfach .. weg sein",
            "nicht mehr aus $",
            "lebens muede",
            "gedanken .. tod",
            "keinen|kein ausweg",
            "keinen sinn mehr",
            "fuer immer weg|verschwinden|einschlafen",
            "mit allem schluss",
            "lebensmuede",
            "abschiedsbrief*",
        ),
    ),
    Rule(
        "de.von-suizid",
        "likely",
        (
            "suizid*",
            "selbstmord*",
            "freitod",
            "sich .. umgebracht|umbringen|umbringt|umzubringen|erhaengt|erschossen|erhaengen",
            "bringt|brachte|braechte sich .. um",
            "sich .. leben genommen|nehmen|nimmt|nahm|zu",
            "nimmt|nahm sich .. leben",
            "will|moechte|wollte|wollen .. sterben",
            "sterben will|moechte|wollte|wollen",
        ),
        of_anyone=True,
    ),
)

EVERYDAY = (
    "die|died|dying|dead of|from .. laughing|laughter|boredom|embarrassment|curiosity|heat|hunger",
    "die|died|dying laughing",
    "kill|killed|killing myself .. laughing",
    "dying to see|know|hear|meet|try|go|tell|read|eat|find|get",
    "dying for a|some",
    "dead tired|serious|end|line|certain|sure|on|easy|good",
    "kill|killing|killed|kills time|it|two|for",
    "is|are|was|were killing me",
    "to die for",
    "over my dead body",
    "cut myself shaving|cooking|chopping",
    "cut myself .. some slack",
    "cut myself on|while|with",
    "hurt myself .. gym|football|running|training|skiing|playing",
    "take|taking my life back|in|into|seriously",
    "live alone|together|near|there|abroad",
    "live with him|her|them|others|parents|roommates",
    "live with my|our parents|family|partner|husband|wife|boyfriend|girlfriend|flatmate",
    "suicide squad",
    "sterben|sterbe|stirbt|gestorben|stirb|tot vor lachen|langeweile|hunger|neugier|scham|durst",
    "vor lachen|langeweile|hunger|neugier|scham|durst .. sterben|gestorben|tot|umgekommen|sterbe",
    "vor .. scham|peinlichkeit .. sterben|gestorben|versunken",
    "ich kann nicht mehr vor lachen",
    "zum totlachen|sterben",
    "tot gelacht|lachen|umfallen|arbeiten",
    "zeit totschlagen|totzuschlagen|totgeschlagen",
    "bringt|bringen mich .. um",
    "wird mich .. umbringen",
    "mich .. nicht gleich|sofort umbringen",
    "mich .. beim kochen|schneiden|rasieren|gemueseschneiden geschnitten|verletzt",
    "haare schneiden",
    "mich .. am papier geschnitten",
)
"""Everyday idioms; they are taken out of a text before the rules look at it."""

FICTION = frozenset(
    {"film", "films", "movie", "movies", "book", "novel", "series", "episode", "song", "opera"}
    | {"thriller", "documentary", "podcast", "character", "netflix", "filme", "buch", "roman"}
    | {"serie", "folge", "krimi", "tatort", "lied", "oper", "theaterstueck", "doku", "hauptfigur"}
)
NEGATIONS = frozenset(
    {"not", "never", "no", "dont", "wouldnt", "wont", "didnt", "havent", "isnt", "arent", "doesnt"}
    | {"neither", "nicht", "nie", "niemals", "kein", "keine", "keinen", "keinerlei", "weder"}
    | {"aint", "without", "ohne", "couldnt", "cannot", "cant"}
)
