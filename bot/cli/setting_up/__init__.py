"""``interlude init``, part by part: the settings file, what is asked, the token, what stands at
Telegram, the first therapist.
"""
