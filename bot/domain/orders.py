"""Orders: text in an article that speaks to the machine reading it rather than to people.

Standard library only, no I/O. What gives orders is neither shown to a model nor quoted. This is no defence by itself:
whatever a model makes of it still has to pass the gate.
"""

import codecs
import html
import re
from functools import lru_cache
from typing import Final

from bot.domain.text import fold

_WHAT_WAS_SAID = (
    r"(?:(?:all|any|every|each|the|these|those|of|and)\W+){0,4}"
    r"(?:(?:your|my|previous|prior|above|earlier|preceding|system|initial|original|safety|existing)\W+(?:\w+\W+){0,2}"
    r"(?:instruct\w*|prompts?|guidelines?|rules?|commands?|directives?|directions?|messages?|context)"
    r"|(?:instructions|prompts?|guidelines)(?= (?:above|before|given|you|and)|\W*[.!:;,]|\W*$))"
)
_MACHINE = r"(?:ai|a\.i\.|llms?|language models?|chat ?bots?|chatgpt|gpt|claude|gemini|copilot)"
_OUTPUT = r"(?:summary|summaries|answers?|reply|replies|respon[sc]es?|briefings?|headlines?|output|claims?)"
_DOES = (
    r"(?:ignore|say|write|state|include|mention|not mention|reply|respond|answer|output|summari[sz]e|tell|recommend"
    r"|cite|quote|claim|follow|disregard|print|repeat|praise|link|post)"
)
_ENGLISH = (
    rf"\b(?:ignore|disregard|forget|override|bypass|overlook)\W+{_WHAT_WAS_SAID}",
    r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:above|you were told|came before|(?:prior|previous) (?:text|words))\b",
    rf"\b(?:you are|act as|as)\W+(?:now\W+)?(?:an?\W+)?(?:helpful\W+)?{_MACHINE}\b"
    r"(?=\W+(?:assistant|model|summari|you|,))",
    rf"\byou are (?:now )?(?:an? |the )?(?:{_MACHINE}|assistant|bot|dan)\b",
    rf"\b{_MACHINE}(?:\W+(?:assistants?|models?|systems?|agents?|readers?|tools?|summari[sz]ers?))?"
    rf"\W+(?:(?:reading|processing|summari[sz]ing)\b.{{0,30}}|(?:please|must|should|shall|has to|have to)\W+{_DOES}\b)",
    rf"\b(?:(?:note|message|instructions?|reminder|memo)\W+(?:to|for)|attention)\W+(?:the\W+|any\W+|all\W+)?"
    rf"(?:{_MACHINE}|assistants?|models?|bots?|summari[sz]ers?|machines?)\b",
    r"\b(?:your|the) system (?:prompt|message)\b|\b(?:system|admin|developer) (?:override|update|notice|mode)\s*[:;-]",
    r"\b(?:new|updated|real|actual|hidden|secret) (?:instructions?|system prompt)\b",
    rf"\bin (?:your|the) (?:\w+ )?{_OUTPUT}\b.{{0,40}}\b{_DOES}\b|\b{_DOES}\b.{{0,60}}\bin your (?:\w+ )?{_OUTPUT}\b",
    rf"\b(?:begin|start|end|finish|replace|append|prepend|add|fill)\b.{{0,30}}\byour (?:\w+ )?{_OUTPUT}\b",
    r"\bwhen (?:you )?(?:summari[sz](?:e|ing)|answer(?:ing)?)\b.{0,20}\b(?:this|the) (?:article|text|page|story)\b",
    r"(?:^|[.!?:]\W+)(?:please )?(?:reply|respond|output|repeat|print|return)\b.{0,30}"
    r"\b(?:only|exactly|verbatim|following|json|everything above|your)\b",
    r"\b(?:reveal|leak|print|repeat|show|disclose)\b.{0,20}\b(?:your|the) (?:\w+ )?(?:prompt|instructions|rules)\b",
    r"\b(?:decode|decrypt|unscramble|translate)\b.{0,40}\b(?:follow|obey|execute|do what|act on)\b",
    r"@everyone|@here|<@[&!]?\d",
    r"</?\s*(?:system|instructions?|source|question|article|assistant|user|prompt|claim|draft|refusals|earlier)\b[^>]*>",
    r"\[/?(?:inst|sys|system)\]|<\|\w+\|>|<</?sys>>|#{2,}\s*(?:system|instructions?)\b",
    r"(?:^|[\n.!?])\s*(?:system|assistant)\s*:\s",
)
# The verb, then what was said before, or the other way round where a language has it so.
_OTHERS = (
    r"\b(?:ignorier\w*|vergiss|vergesst|vergessen sie|missacht\w*)\b.{0,60}\b(?:anweisung|vorgabe|instruktion|befehl)",
    r"\b(?:ignore[rz]?|oublie[rz]?|neglige[rz]?)\b.{0,60}\b(?:instructions|consignes|regles|directives)\b",
    r"\b(?:ignor[ae]\w*|olvid[ae]\w*|descart[ae]\w*)\b.{0,60}\b(?:instrucci|indicaci|reglas|ordenes)",
    r"\b(?:ignorer|glem|tilsidesaet)\b.{0,60}\b(?:instruks|instrukt|anvisning|regler|ordrer)",
    r"\b(?:ignora\w*|dimentica\w*)\b.{0,60}\b(?:istruzioni|regole|indicazioni)\b",
    r"\b(?:ignore|esque[cç]a\w*|desconsidere)\b.{0,60}\b(?:instru[cç]oes|regras|ordens)\b",
    r"\b(?:negeer|vergeet)\b.{0,60}\b(?:instructies|opdrachten|regels)\b",
    r"\b(?:zignoruj|zapomnij)\b.{0,60}\b(?:instrukcj|polecen)",
    r"(?:проигнорир|игнорир|забудь)\w*.{0,60}(?:инструкц|указани|правил)",
    r"(?:忽略|无视|無視|忘记|忘掉).{0,20}(?:指令|指示|说明|說明|提示|规则)|(?:指示|命令|指令).{0,12}無視",
    r"(?:지시|명령|지침).{0,12}무시|تجاهل.{0,40}(?:التعليمات|الأوامر|تعليمات)|(?:निर्देश).{0,30}(?:अनदेखा|नज़रअंदाज़)",
)
_ORDERS = re.compile("|".join(f"(?:{each})" for each in (*_ENGLISH, *_OTHERS)), re.DOTALL)  # over text in lower case
# Nobody writes so to people: what stands there has been encoded.
_ENCODED = re.compile(
    r"(?<![\w/.-])(?:(?=[A-Za-z0-9+/]*[a-z])(?=[A-Za-z0-9+/]*[A-Z])(?=[A-Za-z0-9+/]*[0-9+/])[A-Za-z0-9+/]{32,}={0,2}"
    r"|(?:[0-9a-fA-F]{2}\s?){24,}|(?:&#x?[0-9a-fA-F]+;\s*){8,}|(?:%[0-9a-fA-F]{2}){12,}|(?:\\[ux][0-9a-fA-F]{2,4}){8,})"
)
# Letters of other alphabets that look like ours.
_LOOKALIKES: Final = str.maketrans("асԁеһіјӏорԛѕνԝхукмтвнαεικορτυχ", "acdehijlopqsvwxykmtbhaeikoptux")
_MARKS: Final = ("ignore", "disregard", "forget", "instruct", "prompt", "override")
"""What would stand in a text that was turned round or shifted by thirteen letters."""
_CHARS: Final = 20_000
"""Longer paragraphs are looked at so far."""


@lru_cache(maxsize=2_048)  # the same paragraphs are shown to a model, judged and searched
def orders_about(text: str) -> bool:
    """Whether a stretch of text gives orders to whatever reads it, in whatever disguise is known."""
    given = text[:_CHARS]
    if _ENCODED.search(given):
        return True
    plain = fold(html.unescape(given)).casefold()
    forms = [given.casefold(), plain, plain.translate(_LOOKALIKES)]
    if any(codecs.encode(mark, "rot13") in plain for mark in _MARKS):
        forms.append(codecs.encode(plain, "rot13"))
    if any(mark[::-1] in plain for mark in _MARKS):
        forms.append(plain[::-1])
    return any(_ORDERS.search(form) for form in dict.fromkeys(forms))


def without_orders(text: str) -> str:
    """The paragraphs of a stored text that give no orders, as they stand."""
    return "\n\n".join(paragraph for paragraph in text.split("\n\n") if not orders_about(paragraph))
