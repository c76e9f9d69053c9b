"""What looks like personal data: what is found of planted examples, what is not found, and where it is told.

All that is written here is made up, or what standards and python-stdnum's documentation give as examples.
"""

import json
import time
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstance.errors import SchemaError
from claimstance.gate.facts.allowed import Allowed, load
from claimstance.gate.facts.finders.kinds import KINDS
from claimstance.gate.facts.personal import columns, find, personal
from conftest import REPOSITORY
from planting import SCHEMAS, planted

# As they are written, a line each; {} is where it ends and what stands beside it begins.
E_MAILS = """
mira@harbour-press.org
Mira.Holt+news@Harbour-Press.co.uk
mira_holt@mail.harbour-press.museum
o'neill@harbour-press.org
ünal@zeitung.de
info@müller-verlag.de
mira@xn--mller-verlag-9db.de
почта@газета.рф
अजय@डाटा.भारत
用户@例子.公司
mira＠harbour－press．org
mira (at) harbour-press (dot) org
mira[at]harbour-press[dot]co[dot]uk
mira {at} harbour-press.org
mira (ät) zeitung (punkt) de
mira AT harbour-press DOT com
mira@harbour-press (dot) org
mira%40harbour-press.org
mira&#64;harbour-press.org
mi\u200bra@harbour\u00ad-press.org
"""
PHONES = """
+44 20 7123 4567
+44 (0)20 7123 4567
(+44) 20 7123 4567
+49 30 / 901820
+1-212-736-5000
+7 (495) 123-45-67
+33 1 42 68 53 00
+81-3-1234-5678
＋４４ ２０ ７１２３ ４５６７
+٤٤ ٢٠ ٧١٢٣ ٤٥٦٧
0044 20 7123 4567
(212) 736-5000
212-736-5000
212.736.5000
1-800-356-9377
(212) 736-5000x17
020 7123 4567
(020) 7123 4567
030/901820-15
0171 9012345
01712345678
01 42 68 53 00
03-1234-5678
010-1234-5678
8 (495) 123-45-67
(11) 91234-5678
Tel. 123 4567
Telefon: 901820 15
phone number is 4455 6677
Tel. 600 123 456
Mobile: 4455 6677
ph. 4455 6677
cell no 736 5000
☎ 736 5000
тел. 123-45-67
电话：13812345678
هاتف: ١٢٣٤٥٦٧
call 212 736 5000
звоните 8 800 100 20 30
"""
IPS = """
93.184.216.34
93.184.216[.]34
http://5.9.12.44/log
the IP address 8.8.4.4
٩٣.١٨٤.٢١٦.٣٤
９３．１８４．２１６．３４
5.9.12.44:8080
2a00:1450:4001:81b::200e
2A00:1450:4001:81B:0:0:0:200E
"""
CARDS = """
4539 5787 6362 1486
4539-5787-6362-1486
4539578763621486
5425 2334 3010 9903
3714 496353 98431
6011 0009 9013 9424
3566 0020 2036 0505
２２２３ ００３１ ２２００ ３２２２
٤٥٣٩ ٥٧٨٧ ٦٣٦٢ ١٤٨٦
"""
# Of each kind of national id an example, with its word where it takes one.
IDS = """
ar.cuit: 20-05536168-2
at.vnr: SV-Nummer 1237 010180
au.tfn: TFN 123 456 782
be.nn: 85.07.30-033.28
be.nn: rijksregisternummer 85073003328
bg.egn: ЕГН 8032056031
br.cpf: 390.533.447-05
br.cpf: CPF 39053344705
ca.sin: SIN 123-456-782
ch.ssn: 756.9217.0769.85
ch.ssn: 7569217076985
cl.rut: 12.531.909-2
cl.rut: RUT 12531909-2
cn.ric: 360426199101010071
cz.rc: 710319/2745
de.idnr: Steuer-ID 36 574 261 809
dk.cpr: CPR 211062-5629
do.cedula: 001-1391820-5
ec.ci: cédula 171430710-3
ee.ik: 36805280109
es.dni: 54362315-K
es.nie: X-2482300W
fi.hetu: 131052-308T
fi.hetu: 131052A308T
fr.nir: 2 95 10 99 126 111 93
fr.nir: 2 53 07 2B 073 004 70
gb.nhs: NHS number 943 476 5870
gb.nino: AB 12 34 56 C
gr.amka: ΑΜΚΑ 01013099997
hr.oib: OIB 33392005961
id.nik: NIK 3171011708450001
ie.pps: PPS 6433435F
il.idnr: ת.ז. 39337423
in.aadhaar: 2341 2341 2346
in.aadhaar: Aadhaar 234123412346
in.pan: ACUPA7085R
is.kennitala: 120174-3399
it.codicefiscale: RCCMNL83S18D969H
jp.in: マイナンバー 6214 9832 0257
kr.rrn: 971013-1019902
lv.pvn: 161175-19997
mx.curp: BOXW310820HNERXN09
my.nric: 770305-02-1234
nl.bsn: BSN 111222333
no.fodselsnummer: 151086 95088
no.fodselsnummer: 15108695088
pk.cnic: 34201-0891231-8
pl.pesel: PESEL 44051401359
pt.cc: cartão de cidadão 00000000 0 ZZ4
pt.nif: NIF 501 964 843
ro.cnp: 1630615123457
ru.inn: ИНН 123456789047
ru.snils: 112-233-445 95
se.personnummer: 880320-0016
se.personnummer: 19880320-0016
si.emso: 0101006500006
th.pin: 1-2345-45678-78-1
tr.tckimlik: T.C. Kimlik 17291716060
ua.rntrc: РНОКПП 1759013776
us.itin: 912-90-3456
us.ssn: 536-90-4399
us.ssn: SSN 536 90 4399
za.idnr: 7503305044089
"""
NONE = """
@mira and @mira.holt
@mira@social.example
%s@%s
%d@harbour-press.org
logo@2x.png
react@17.0.2
foo @ bar.com
look at the red dot in the corner
meet me at noon
https://maps.example/@52.5,13.4,7z
version 93.184.216.34
v93.184.216.34
Firefox 3.6.28.1
updated from 9.4.146.26
clause 3.1.2.4
1.2.3.4.5
256.1.1.300
12:30:45
2019:12:30
std::vector
2026-03-01
2026-03-01 08:30
01/02/2019 12
2019-2020
will reach 2 500 000 people
contact 1 000 000 voters
appellent 1 500 000 habitants
T-Mobile 10 000 000 customers
T-Mobile: 10 000 000 customers
a blood pH 7.35-7.45 (6.8-7.8)
pH: 7.35-7.45 (6.8-7.8)
Telefon 2023 2024 2025
1 234 567 890
1.234.567.890
$ 202 555 1234
the years 2014 2016 2018
1990 2000 2010
05 12 23 34 45
ISBN 978-3-16-148410-0
Boston, MA 02110-1301
Clause 252.227-7013
4539 5787 6362 1487
9539 5787 6362 1484
1111 1111 1111 1117
536-00-4399
900-12-3456
131052-308U
AB1234567
GB 12 34 56 C
36 574 261 809
https://paper.example/2019/03/4539578763621486
paper.example/articles/0171-9012345
www.paper.example/020-7123-4567
a score of 3-2 after 1-0 and 2-1
2.5 million, 3.75 per cent and 1,234,567
doi:10.1000/182
10.1371/journal.pone.0123456
"""


def lines(told: str) -> list[str]:
    return told.strip("\n").split("\n")


PLANTED = [
    *(("e-mail", text) for text in lines(E_MAILS)),
    *(("phone", text) for text in lines(PHONES)),
    *(("ip", text) for text in lines(IPS)),
    *(("card", text) for text in lines(CARDS)),
    *(("national-id", text.partition(": ")[2]) for text in lines(IDS)),
]


@pytest.mark.parametrize(
    "around", ["{}", "We had {}.", "🌊{}🌊", "Она дала {}, сказал он.", "連絡先は{}です。", "({})", "\n{}\n"]
)
@pytest.mark.parametrize("kind", ["e-mail", "phone", "ip", "card", "national-id"])
def test_planted_ones_are_found_wherever_they_stand(kind: str, around: str) -> None:
    planted_ones = [text for one, text in PLANTED if one == kind]

    missed = [text for text in planted_ones if [found.kind for found in find(around.format(text))] != [kind]]

    assert missed == []


@pytest.mark.parametrize("text", lines(NONE))
def test_what_only_looks_so_is_not_found(text: str) -> None:
    found = find(f"He wrote {text} and went on.")

    assert found == []


def test_every_kind_of_national_id_is_planted_with_and_without_its_word() -> None:
    named = Counter(text.partition(": ")[0] for text in lines(IDS))

    found = Counter(one.form for text in lines(IDS) for one in find(text.partition(": ")[2]))

    assert (found, set(named)) == (named, {kind.name.replace("_", "") for kind in KINDS})


def test_ids_that_any_number_may_be_count_only_behind_their_word() -> None:
    bare = [text.partition(": ")[2].split()[-1] for text in lines(IDS)]

    found = {one.form for text in bare if text.isdigit() for one in find(text) if one.kind == "national-id"}

    assert found == {"ch.ssn", "cn.ric", "ee.ik", "no.fodselsnummer", "ro.cnp", "si.emso", "za.idnr"}


@pytest.mark.parametrize(
    ("text", "slices"),
    [
        ("🌊 mira@harbour-press.org, 🌊 +44 20 7123 4567", ["mira@harbour-press.org", "44 20 7123 4567"]),
        ("нет: \u200e٩٣.١٨٤.٢١٦.٣٤\u200f.", ["٩٣.١٨٤.٢١٦.٣٤"]),
        ("1️⃣2️⃣ mi\u200bra@harbour\u00ad-press.org", ["mi\u200bra@harbour\u00ad-press.org"]),
        ("020 7123 4567 / 0171 9012345", ["020 7123 4567", "0171 9012345"]),
        ("212-736-5000 212-736-5001", ["212-736-5000", "212-736-5001"]),
        ("a@b.org,b@c.org;c@d.org", ["a@b.org", "b@c.org", "c@d.org"]),
    ],
)
def test_it_is_told_where_each_stands_in_code_points(text: str, slices: list[str]) -> None:
    found = find(text)

    assert [text[one.start : one.end] for one in found] == slices


def test_in_a_web_address_only_mail_and_hosts_count() -> None:
    text = "https://93.184.216.34/2019/4539578763621486?tel=020-7123-4567&to=mira@harbour-press.org"

    found = [one.kind for one in find(text, address=True)]

    assert (found, [one.kind for one in find(text)]) == (["ip", "e-mail"], ["ip", "e-mail"])


@pytest.mark.parametrize("piece", ["a@", "1", "@a."])
def test_five_million_characters_of_one_thing_are_read_in_seconds(piece: str) -> None:
    text = (piece * 5_000_000)[:5_000_000]

    began = time.process_time()
    find(text)

    assert time.process_time() - began < 20


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a@a.",
            "(at) ",
            "a at b dot ",
            "٣",
            "12:",
            "::",
            "2001:",
            "http://",
            "a.a/",
            "(",
            " ",
            "\u200b1",
            "AB12",
            "1 ",
        ),
        *("12-", "(1)", "030 1234567 ", "4111 1111 1111 1112 ", "1.1.1.1 ", "93.184.216.34 ", "tel ", "+4"),
    ],
)
def test_what_repeats_without_end_takes_time_in_proportion(piece: str) -> None:
    took = []
    for size in (20_000, 200_000):
        began = time.process_time()
        find((piece * size)[:size])
        took.append(time.process_time() - began)

    assert took[1] < 30 * took[0] + 1  # a square would be a hundred times


@given(st.text(alphabet=st.sampled_from("019 .-()+/:@aAxX٣１é漢🌊\u200b\u00a0\n[]%&#;dot")))
def test_nothing_that_is_read_makes_it_fail(text: str) -> None:
    found = find(text)

    inside = all(0 <= one.start < one.end <= len(text) for one in found)
    apart = all(one.end <= other.start for one, other in pairwise(found))
    assert (inside, apart) == (True, True)


def test_real_news_has_none_but_one_that_is_somebodys(shared: Path) -> None:
    answers = (shared / "expertqa" / "numbered_citations.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in answers.splitlines()]
    texts = [text for row in rows for text in (row["text"], *row["references"], json.dumps(row["claims"]))]
    texts += [path.read_text(encoding="utf-8") for path in sorted((shared / "wikinews").glob("*.csv"))]

    found = Counter(one.kind for text in texts for one in find(text))

    assert (len(texts) > 700, found) == (True, {"e-mail": 1})


def test_every_string_that_may_hold_anything_is_looked_at_once() -> None:
    scanned = {name: [field.name for field in columns(table)] for name, table in SCHEMAS.items()}

    assert {name: names for name, names in scanned.items() if name not in ("agreement", "changes")} == {
        "articles": [
            *("title", "text", "url", "publisher", "author", "published", "published_raw", "retrieved"),
            *("language", "event"),
        ],
        "citations": ["marker"],
        "claims": ["attributed_to", "normalized_claim", "claim_group"],
        "judgements": ["batch", "label", "original", "guideline_version"],
        "sentences": [],
        "sources": ["marker", "raw_text", "author", "publisher", "title", "url", "canonical_url", "evidence_text"],
        "stances": ["title", "claim", "source", "evidence_text"],
    }


def test_a_find_is_told_with_its_row_and_place_and_once_an_article(tmp_path: Path) -> None:
    said = "Write to 🌊 mira@harbour-press.org, not to mira@harbour-press.org."
    folder = planted(
        tmp_path / "build",
        {
            "articles": [
                {"article_id": "ferry", "split": "train", "text": said},
                {"article_id": "other", "split": "test", "text": "Nothing. SSN 536-90-4399."},
            ],
            "sources": [
                {"source_id": "ferry.r001", "article_id": "ferry", "evidence_text": said, "author": "Tel. 7123 4567"},
                {
                    "source_id": "other.r001",
                    "article_id": "other",
                    "evidence_text": said,
                    "url": "http://93.184.216.34/",
                },
            ],
        },
    )

    found = personal(folder, Allowed()).to_pylist()

    assert [tuple(row.values()) for row in found] == [
        ("articles", "other", "text", "national-id", "us.ssn", 13),
        ("articles", "ferry", "text", "e-mail", "", 11),
        ("articles", "ferry", "text", "e-mail", "", 42),
        ("sources", "ferry.r001", "author", "phone", "", 5),
        ("sources", "other.r001", "url", "ip", "", 7),
        ("sources", "other.r001", "evidence_text", "e-mail", "", 11),
        ("sources", "other.r001", "evidence_text", "e-mail", "", 42),
    ]


def allowing(folder: Path, entries: str) -> Allowed:
    (folder / "allowed.yaml").write_text(f"allowed:\n{entries}\n", encoding="utf-8")
    return load(folder)


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("  - {kind: e-mail, value: Press@Harbour-Press.org, reason: Its press office.}", "PRESS@harbour-press.org"),
        ("  - {kind: e-mail, pattern: '.*@harbour-press[.]org', reason: Its offices.}", "mira (at) harbour-press.org"),
        ("  - {kind: phone, value: '+442071234567', reason: Its switchboard.}", "+44 (0)20 7123-4567"),
        ("  - {kind: phone, pattern: '02071234\\d\\d\\d', reason: Its offices.}", "020 7123 4567"),
        ("  - {kind: ip, value: 93.184.216.0/24, reason: A museum of networks.}", "93.184.216.34"),
        ("  - {kind: ip, value: '2a00:1450::/32', reason: A museum of networks.}", "2A00:1450:4001:81B:0:0:0:200E"),
        ("  - {kind: card, value: '4539578763621486', reason: A picture of a card.}", "4539-5787-6362-1486"),
        ("  - {kind: national-id, value: rccmnl83s18d969h, reason: The example of the law.}", "RCCMNL83S18D969H"),
    ],
)
def test_what_the_list_allows_may_stand_however_it_is_written(tmp_path: Path, entry: str, text: str) -> None:
    allowed = allowing(tmp_path, entry)

    assert [(allowed.allows(one), Allowed().allows(one)) for one in find(text)] == [(True, False)]


def test_another_value_or_another_kind_is_not_allowed(tmp_path: Path) -> None:
    allowed = allowing(tmp_path, "  - {kind: phone, value: '4539578763621486', reason: No phone.}")

    assert [allowed.allows(one) for one in find("4539 5787 6362 1486")] == [False]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("  - {kind: name, value: Mira, reason: Known.}", "Invalid enum value 'name'"),
        ("  - {kind: e-mail, value: a@b.org}", "missing required field `reason`"),
        ("  - {kind: e-mail, value: a@b.org, reason: ' '}", "entry 1: not one of value and pattern, with a reason"),
        ("  - {kind: e-mail, reason: Why not.}", "entry 1: not one of value and pattern, with a reason"),
        ("  - {kind: e-mail, value: a, pattern: a, reason: Both.}", "entry 1: not one of value and pattern"),
        ("  - {kind: phone, pattern: '+44.*', reason: Plus repeats nothing.}", "entry 1: pattern: nothing to repeat"),
        ("  - {kind: ip, value: 93.184.216.34/8, reason: No network.}", "entry 1: no address and no network"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(SchemaError, match=r"allowed\.yaml") as refused:
        allowing(tmp_path, entry)

    assert said in str(refused.value)


def test_without_a_list_nothing_is_allowed(tmp_path: Path) -> None:
    assert load(tmp_path) == Allowed()


@pytest.mark.parametrize(
    "text",
    [
        *("mira@harbour.example", "mira@example.org", "info@sub.example.net", "root@localhost.localhost", "a@b.test"),
        *("the IP 192.0.2.7", "203.0.113.200", "2001:db8::17", "192.168.1.1", "10.1.2.3/8", "127.0.0.1:8080"),
        *("(202) 555-0143", "+1 202 555 0143", "call 555-0143", "020 7946 0958", "+44 20 7946 0958", "07700 900123"),
        *("Tel. 030 23125 123", "+49 30 23125 123", "01 99 00 12 34", "+61 491 570 156"),
        *("4111 1111 1111 1111", "4242424242424242"),
    ],
)
def test_a_new_corpus_allows_what_is_kept_for_examples(text: str) -> None:
    allowed = load(REPOSITORY / "schemas")

    assert [one for one in find(text) if not allowed.allows(one)] == []
