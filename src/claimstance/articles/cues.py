"""The words that attribution goes by: cues, what they may stand beside, and nouns by the class of source they name."""

import re


def words(listed: str) -> frozenset[str]:
    """A set of the words in a text of them."""
    return frozenset(listed.split())


SAYS = words(
    "said says told tells stated claimed announced announces confirmed confirms denied denies warned warns argued "
    "argues accused accuses alleged alleges explained explains insisted insists admitted admits acknowledged "
    "acknowledges asserted asserts declared declares labeled labelled labels suggested estimated predicted predicts "
    "concluded concludes revealed disclosed criticized criticised criticizes criticises condemned condemns blamed "
    "blames disputed disputes urged urges pledged vowed promised expressed emphasized emphasised stressed stresses "
    "remarked testified contends contended noted reported commented tweeted recalled reiterated speculated cautioned "
    "sagte sagt erklärte betonte сообщил сообщила сообщили сообщило заявил заявила заявили заявило сказал сказала "
    "рассказал рассказала отметил отметила говорит рассказывает утверждает"
)
# After a plural only: "critics say", but "to say", "the report".
PLURAL_SAYS = words("say accuse warn claim argue allege fear believe deny note insist contend suggest estimate expect")
# Nouns too, or verbs of other acts: only before "that" and the like, or beside a quote.
DOUBTFUL = words(
    "claims states reports notes estimates fears believes believed expects expected suggests shows showed show found "
    "finds reveals added adds wrote writes described describes called responded replied asked thinks cited report "
    "quoted"
)
BEFORE_WHAT = re.compile(
    r"[,:]?\s+(?:(?:that|how|whether|no|there)\b|[\"“«„]|(?<=claims )(?:the|to|it|he|she)|(?<=notes )the"
    r"|(?<=called )(?:for|on)\b|(?<=responded )to requests?|(?<=quoted )as saying)"
)
# No speaker follows these: "a man called Oland", "as the tide shows".
ONLY_THAT = words("finds found shows showed show suggests cited believed expected")
NEVER_INVERTED = ONLY_THAT | words("called described states quoted")
# "land claimed by both": no speech.
OF_RIGHTS = words("claimed cited described called believed expected found shows")
FIXED = (
    *("according to", "According to", "laut", "Laut", "nach Angaben von", "Nach Angaben von", "nach Angaben des"),
    *(f"{first}о {noun}" for first in "пП" for noun in ("данным", "словам", "информации", "мнению", "сообщению")),
)
VERBS = SAYS | PLURAL_SAYS | DOUBTFUL
AUXILIARY = words(
    "has have had also later then recently repeatedly previously not never long since now still already again both "
    "all hasn't haven't earlier further once first himself herself itself themselves"
)
PASSIVE = words("is are was were be been being gets got")
DETERMINER = words(
    "the a an this these those his her its their our some many several most two three one other another any all der "
    "die das dem den des ein eine einer einem einen его её их"
)
DAYS = words(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday january february march april june july "
    "august september october november december"
)
LINK = words("of for in at from with within near among on")
STOP = words(
    "he she it they i we you who which what there nobody no-one everyone anyone someone everybody nothing none him "
    "her them me us here as if when while but or so yet however meanwhile also then er sie es wir ich он она они оно "
    "мы я это кто later earlier recently still additionally furthermore moreover similarly by after before since "
    "although though because despite during now both instead nevertheless finally last where whereas that"
)
CLASSES = {
    "artifact": words(
        "report study survey document documents paper statement analysis article letter memo poll review "
        "investigation data figures statistics filing lawsuit complaint indictment release bulletin audit editorial "
        "research reports studies agreement database manifesto amendment constitution map assessment inquiry "
        "statements records"
    ),
    "group": words(
        "critics analysts lawmakers residents officials experts scientists researchers activists campaigners "
        "opponents supporters witnesses investigators prosecutors authorities doctors engineers economists observers "
        "protesters protestors demonstrators lawyers farmers workers teachers students unions groups members leaders "
        "politicians ministers parents neighbours neighbors villagers locals survivors relatives employees executives "
        "regulators historians academics advocates organisers organizers senators republicans democrats families fans "
        "users customers commentators authors diplomats soldiers rescuers physicians conservationists organisations "
        "organizations agencies companies forecasters meteorologists astronomers paleontologists archaeologists "
        "detectives eyewitnesses others aides associates"
    ),
    "organization": words(
        "police government ministry company agency board council court army military administration union department "
        "committee commission network party hospital university institute team club airline newspaper firm group bank "
        "parliament office foundation charity association organization organisation authority federation league "
        "bureau service centre center corporation inc corp ltd llc church society house times post news watch press "
        "journal gazette guardian herald broadcaster manufacturer operator website embassy media outlets presidency "
        "mail radio channel cnn abc cbs nbc senate congress kremlin nations moscow washington beijing kyiv london "
        "brussels tehran ankara paris berlin tokyo delhi russia china iran ukraine israel turkey india pakistan "
        "germany france reuters bbc google facebook meta twitter telegram amazon microsoft apple polizei ministerium "
        "landkreis klinikum kasse gericht полиция министерство мид правительство служба assembly family guard "
        "directorate secretariat arabia armenia azerbaijan japan america canada australia brazil mexico poland sweden "
        "serbia states kingdom republic jazeera agence sun conference"
    ),
    "person": words(
        "spokesman spokeswoman spokesperson mayor minister president official lawyer judge chairman chairwoman "
        "chairperson director governor secretary senator officer chief witness expert professor engineer owner "
        "resident doctor coach captain manager leader author researcher scientist analyst activist survivor critic "
        "lawmaker attorney prosecutor ambassador commissioner ceo founder king queen pope bishop administrator "
        "sheriff superintendent commander economist farmer teacher neighbour neighbor campaigner candidate executive "
        "historian premier astronomer geologist biologist physicist epidemiologist meteorologist chancellor "
        "representative speaker head member deputy chair aide ecologist actor clerk"
    ),
    "writer": words(
        "reporter reporters journalist journalists correspondent correspondents columnist columnists editor editors"
    ),
    "unnamed": words("source sources insider insiders"),
}
CLASS_OF = {noun: name for name, nouns in CLASSES.items() for noun in nouns}
