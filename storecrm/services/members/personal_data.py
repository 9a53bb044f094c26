"""What a person says of oneself, read and checked: phone, birthday, gender, e-mail, who answers for
a child.

A registration card and a row of a list are read alike:

    phone_of("138 0013 8000", "CN")  # +8613800138000
"""

import re
from collections.abc import Iterable
from datetime import date

from storecrm.domain import birthdays
from storecrm.domain.member_fields import MemberField, Reads
from storecrm.errors import BadInput
from storecrm.values import Day, Phone, clean_text

OF_AGE = 14
"""Years; below it somebody else answers for a person's data (PIPL, article 31)."""
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
"""A mobile of mainland China as people write it: nearly every phone of a list there."""
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]{2,}")
_FEMALE = ("f", "female", "mrs", "ms", "女", "女性", "女士")
_MALE = ("m", "male", "mr", "男", "男性", "先生")
_GENDERS = {"": ""} | dict.fromkeys(_FEMALE, "f") | dict.fromkeys(_MALE, "m")
_CHINA = 86
_WHOLE_BIRTHDAY = len("1990-05-17")


def read(field: MemberField, text: str) -> str:
    """What was typed for one field of a card, checked.

    Raises:
        BadInput: gender, email.
    """
    if field.reads is Reads.GENDER:
        return gender_of(text)
    if field.reads is Reads.EMAIL:
        return email_of(text)
    return clean_text(text, field.limit)


def phone_of(text: str, region: str) -> Phone:
    """A phone in E.164.

    Raises:
        BadInput: phone (facts: example), phone_country (a region whose numbers are only known with
            their country).
    """
    china = region == "CN"
    # most are written plainly: told before they are tidied
    if china and MOBILE.fullmatch(text):
        return Phone("+86" + text)
    tidy = clean_text(text, 40)
    if china and MOBILE.fullmatch(tidy):
        return Phone("+86" + tidy)
    # loaded here: most phones of a shop are told by their shape
    import phonenumbers

    try:
        parsed = phonenumbers.parse(tidy, region)
    except phonenumbers.NumberParseException:
        raise _no_phone(tidy, region) from None
    # a mobile number is told by its shape, with its country or without: the library does not know
    # every new range
    mobile = parsed.country_code == _CHINA and MOBILE.fullmatch(str(parsed.national_number))
    in_plan = parsed.country_code != _CHINA or mobile or phonenumbers.is_valid_number(parsed)
    if not phonenumbers.is_possible_number(parsed) or not in_plan:
        raise _no_phone(tidy, region)
    return Phone(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _no_phone(tidy: str, region: str) -> BadInput:
    import phonenumbers

    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    # some countries do not tell mobiles apart
    example = example or phonenumbers.example_number(region)
    if example is None:
        return BadInput("phone_country", where=tidy)
    shown = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = re.sub(r"\D", "", tidy)
    return BadInput("phone", where=tidy, digits=len(digits), example=shown)


def birthday_of(text: str) -> str:
    """A birthday of the common calendar, "1990-05-17" or without year "05-17".

    Raises:
        BadInput: birthday (one that says it is lunar too), birthday_ambiguous (03/04/1990).
    """
    birthday, calendar = birthdays.read(text)
    if calendar != birthdays.SOLAR:
        raise BadInput("birthday", where=text[:20])
    return birthday


def children(born: Iterable[tuple[str, str]], today: Day) -> set[tuple[str, str]]:
    """Those birthdays, each with its calendar, of somebody under 14 (PIPL, article 31); one without
    its year says nothing."""
    # the 29th of February has no day in most years
    day = min(today.day, 28)
    last = date(today.year - OF_AGE, today.month, day).isoformat()
    # the lunar year runs at most two months behind
    near = date(today.year - OF_AGE - 1, 1, 1).isoformat()
    # asked of all of them first: to reckon a lunar day takes long
    young = [(birthday, kind) for birthday, kind in born if _may_be_after(birthday, near)]
    return {
        (birthday, kind) for birthday, kind in young if birthdays.born_on(birthday, kind) > last
    }


def _may_be_after(birthday: str, near: str) -> bool:
    return len(birthday) == _WHOLE_BIRTHDAY and birthday > near


def require_guardian(birthday: str, calendar: str, guardian: str, today: Day) -> None:
    """A child's data need somebody who answers for it (PIPL, article 31: under 14).

    Raises:
        BadInput: guardian_missing.
    """
    if not guardian and children([(birthday, calendar)], today):
        raise BadInput("guardian_missing", where=birthday)


def gender_of(text: str) -> str:
    """ "f", "m" or "", from a word in either language.

    Raises:
        BadInput: gender.
    """
    found = _GENDERS.get(clean_text(text).casefold())
    if found is None:
        raise BadInput("gender", where=text[:20])
    return found


def email_of(text: str) -> str:
    """A plausible e-mail address, or "".

    Raises:
        BadInput: email.
    """
    tidy = clean_text(text, 200)
    if tidy and not _EMAIL.fullmatch(tidy):
        raise BadInput("email", where=tidy[:60])
    return tidy
