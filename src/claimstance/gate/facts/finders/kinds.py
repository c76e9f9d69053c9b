"""The kinds of national ids that are looked for, a line each: how they are written, and when they count."""

from typing import NamedTuple

from claimstance.gate.facts.finders.text import GLUE

_DATE = r"[0-3]\d[01]\d\d\d"  # ddmmyy
_BACK = r"\d\d[01]\d[0-3]\d"  # yymmdd


class Kind(NamedTuple):
    """A kind of number, by its module in python-stdnum, and the expression that it is written by.

    `words` are an expression for the words one of which stands before it; where there is none, the form says enough.
    `lettered` ones have too few digits close together to be found by these.
    """

    name: str
    written: str
    words: str = ""
    lettered: bool = False


# By chance: of random numbers that are written so, the share that python-stdnum takes. Without a word only kinds are
# found of which that is below one in a hundred, or whose dashes, dots or letters nothing else in a text has.
KINDS = (
    Kind("ar.cuit", r"(?:2[0347])-\d{8}-\d"),
    Kind("at.vnr", r"\d{4} ?[0-3]\d[01]\d\d\d", r"sv-?nr|sv-nummer|sozialversicherungs\w*|versicherungsnummer"),
    Kind("au.tfn", r"\d{3} ?\d{3} ?\d{3}", "tfn|tax file"),
    Kind("be.nn", r"\d\d\.[01]\d\.[0-3]\d-\d{3}\.\d\d"),
    Kind("be.nn", r"\d\d ?[01]\d ?[0-3]\d ?\d{3} ?\d\d", r"rijksregister\w*|insz|niss|registre national"),
    Kind("bg.egn", r"\d{10}", "егн|egn"),
    Kind("br.cpf", r"\d{3}\.\d{3}\.\d{3}-\d\d"),
    Kind("br.cpf", r"\d{9}-?\d\d", "cpf"),
    Kind("ca.sin", r"\d{3}([ -]?)\d{3}\1\d{3}", "sin|nas|social insurance|assurance sociale"),
    Kind("ch.ssn", r"756\.\d{4}\.\d{4}\.\d\d|756\d{10}"),
    Kind("cl.rut", r"\d{1,2}\.\d{3}\.\d{3}-[\dkK]"),
    Kind("cl.rut", r"\d{7,8}-[\dkK]", "rut|run|rol único"),
    Kind("cn.ric", r"[1-8]\d{5}(?:19|20)\d\d[01]\d[0-3]\d{4}[\dXx]"),
    Kind("cz.rc", r"\d\d[0-8]\d[0-3]\d/\d{4}"),
    Kind(
        "de.idnr",
        r"\d\d ?\d{3} ?\d{3} ?\d{3}",
        r"idnr|id-nr|steuer-?id\w*|steuerliche identifikationsnummer|identifikationsnummer|tin",
    ),
    Kind("dk.cpr", _DATE + r"-\d{4}", r"cpr\w*|personnummer"),
    Kind("do.cedula", r"\d{3}-\d{7}-\d"),
    Kind("ec.ci", r"\d{9}-?\d", r"c[ée]dula|c\.i\.|ci"),
    Kind("ee.ik", r"[1-6]" + _BACK + r"\d{4}"),  # Lithuania has the same
    Kind("es.dni", r"\d{8}-?[A-HJ-NP-TV-Za-hj-np-tv-z]"),
    Kind("es.nie", r"[XYZxyz]-?\d{7}-?[A-HJ-NP-TV-Za-hj-np-tv-z]"),
    Kind("fi.hetu", _DATE + r"[-+]\d{3}[\dA-FHJ-NPR-Ya-fhj-npr-y]"),
    Kind("fi.hetu", _DATE + r"[A-FU-Ya-fu-y]\d{3}[\dA-FHJ-NPR-Ya-fhj-npr-y]", lettered=True),
    Kind("fr.nir", r"[1-478]([ ]?)\d\d\1\d\d\1\d\d\1\d{3}\1\d{3}\1\d\d"),
    Kind("fr.nir", r"[12]([ ]?)\d\d\1\d\d\1?2[AB]\1\d{3}\1\d{3}\1\d\d", lettered=True),
    Kind("gb.nhs", r"\d{3}([ -]?)\d{3}\1\d{4}", "nhs"),
    Kind("gb.nino", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]([ -]?)\d\d\1\d\d\1\d\d\1[A-D]", lettered=True),
    Kind("gr.amka", _DATE + r"\d{5}", "αμκα|amka"),
    Kind("hr.oib", r"\d{11}", "oib"),
    Kind("id.nik", r"\d{16}", "nik|ktp|nomor induk"),
    Kind("ie.pps", r"\d{7}[A-Wa-w][A-IWa-iw]?", "pps|ppsn"),
    Kind("il.idnr", r"\d{7,8}-?\d", r"ת\.?ז\.?|תעודת זהות|teudat zehut"),
    Kind("in_.aadhaar", r"(?<!\d[ -])[2-9]\d{3}([ -])\d{4}\1\d{4}(?!\1\d)"),
    Kind("in_.aadhaar", r"[2-9]\d{11}", "aadhaar|uid|आधार"),
    Kind("in_.pan", r"[A-Z]{3}P[A-Z]\d{4}[A-Z]", lettered=True),  # P: of a person
    Kind("is_.kennitala", _DATE + r"-\d{4}"),
    Kind("it.codicefiscale", r"[A-Za-z]{6}\d\d[A-Za-z]\d\d[A-Za-z]\d{3}[A-Za-z]", lettered=True),
    Kind("jp.in_", r"\d{4}([ -]?)\d{4}\1\d{4}", "個人番号|マイナンバー|my number"),
    Kind("kr.rrn", _BACK + r"-[1-8]\d{6}"),
    Kind("lv.pvn", _DATE + r"-[012]\d{4}"),
    Kind("mx.curp", r"[A-Za-z]{4}\d{6}[HMhm][A-Za-z]{5}[A-Za-z0-9]\d", lettered=True),
    Kind("my.nric", _BACK + r"-\d\d-\d{4}"),
    Kind("nl.bsn", r"\d{3}\.?\d{3}\.?\d{3}|\d{4}\.\d\d\.\d{3}", r"bsn|burgerservice\w*|sofi\w*"),
    Kind("no.fodselsnummer", r"[0-7]\d[0145]\d{3} ?\d{5}"),
    Kind("pk.cnic", r"[1-7]\d{4}-\d{7}-\d"),
    Kind("pl.pesel", r"\d{11}", "pesel"),
    Kind("pt.cc", r"\d{8} ?\d ?[A-Z0-9]{2}\d", "cc|bi|cartão de cidadão|identidade"),
    Kind("pt.nif", r"[1-35689]\d\d ?\d{3} ?\d{3}", "nif|contribuinte"),
    Kind("ro.cnp", r"[1-9]" + _BACK + r"\d{6}"),
    Kind("ru.inn", r"\d{12}", "инн|inn"),
    Kind("ru.snils", r"\d{3}-\d{3}-\d{3}[ -]\d\d"),
    Kind("se.personnummer", r"(?:19|20)?" + _BACK + r"[-+]\d{4}"),
    Kind("si.emso", r"[0-3]\d[01]\d[09]\d\d[0-9]{6}"),  # also of the other countries that were Yugoslavia
    Kind("th.pin", r"[1-8]-\d{4}-\d{5}-\d\d-\d"),
    Kind("tr.tckimlik", r"[1-9]\d{10}", r"t\.?c\.?|kimlik"),
    Kind("ua.rntrc", r"\d{10}", r"рнокпп|іпн|ідентифікаційн\w*"),
    Kind("us.itin", r"9\d\d-[5-9]\d-\d{4}"),
    Kind("us.ssn", r"\d{3}-\d\d-\d{4}"),
    Kind("us.ssn", r"\d{3} ?\d\d ?\d{4}", "ssn|social security"),
    Kind("za.idnr", _BACK + r"\d{4}[01]\d{2}"),
)
# Where `lettered` kinds may be, written RE2's way for texts as they are.
HINT = (
    rf"(?:^|[^{GLUE}])(?:(?i:[a-z]{{6}}\d{{2}}[a-z]\d{{2}}[a-z]\d{{3}}[a-z]|[a-z]{{4}}\d{{6}}[hm][a-z]{{5}}"
    r"|\d{6}[a-fu-y]\d{3}[0-9a-y])|[A-Z]{5}\d{4}[A-Z]"
    r"|[A-Z]{2}[\s-]?\d{2}[\s-]?\d{2}[\s-]?\d{2}[\s-]?[A-D]|\d\s?\d{2}\s?\d{2}\s?2[AB]\s?\d{3})"
)
