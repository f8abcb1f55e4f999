"""`wenfa knowledge check`: every fault with file, line and remedy; what fails is never published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from knowledge.clock import today
from knowledge.common import COMMON, read_common
from knowledge.facts import tells
from knowledge.figures import Figures
from knowledge.forms import FORMS_FOLDER, read_forms
from knowledge.laws import LawRegistry, Rejection
from knowledge.legal_aid import TABLE, read_table
from knowledge.library import (
    ASKED,
    KNOWLEDGE_FOLDER,
    STORIES,
    read_asked,
    read_digests,
    read_domains,
    read_entry,
    read_facts,
    read_laws,
    read_library,
    read_points,
)
from knowledge.personal import has_place, unknown_places
from knowledge.records import SECTIONS, ArticleDigest, Basis, City, DecidingFact, Domain, Entry, Point, Service
from knowledge.source_files import Fault, KnowledgeError, Source
from knowledge.terms import knowledge_terms
from nlu.citations import Citation, CitationParser, Found, article_text, parse_article, uncited
from nlu.normalise import normalise
from nlu.segment import KNOWLEDGE_TERMS, LEGAL_TERMS, read_terms

LEAST_QUESTIONS = 8
LEAST_DIGEST_QUESTIONS = 4
MOST_BASIS = 5
CONCLUSION_LENGTH = (40, 260)
STORY_LENGTH = (15, 300)
POINT_LENGTH = (12, 90)
"""Characters of a point without what stands in brackets with a law."""
COMMON_LENGTH = 120
LEAST_POINT_QUESTIONS = 2
FACT_LENGTH = 30
LEAD_LENGTH = 380
"""Characters of conclusion and first step together: they are the first screen."""
PLACES = "用 {日期}、{日期+1年}、{日期+1年，截止}、{金额} 或 {金额×3，至少500}"
KNOWN_NUMBERS = frozenset(
    "110 119 120 122 12348 12345 12338 12355 12333 12315 12309 12368 12356 96110 12366 12328 12331 12378".split()
)
FORBIDDEN = re.compile(
    r"(?<!不)(?<!不一)一定(?:能|会)(?:赢|赔|要回|胜|判)|肯定(?:能|会)?(?:赢|赔|胜|判)|百分之百|包赢|必胜|稳赢|绝对能"
)
_PHONE = re.compile(
    r"(?<![\d-])(?:1\d{2}|1[23]\d{3}|96\d{3,4}|0\d{2,3}-?\d{7,8}|1[3-9]\d{9})(?![\d年月日天万元条号级%.])"
)
_CANTONESE = re.compile(
    r"[咗嘅唔佢冇喺嗰嘢咩啲畀俾攞揾嚟乜哋嘞喇吖㗎咁睇瞓搵揸唞餸嬲]|老細|细路|細路|边个|邊個|点算|點算|边度|邊度|点样|點樣|屋企|幾時|几多|幾多|返工|人工"
)


class KnowledgeCheck:
    """Checks a knowledge folder once; afterwards `faults` holds what is wrong, file by file."""

    def __init__(self, folder: Path = KNOWLEDGE_FOLDER) -> None:
        self.folder = folder
        self.today = today()
        self.faults: list[Fault] = []
        self._citations = CitationParser({})
        self._figures = Figures()
        self._sections: dict[str, tuple[str, ...]] = {}

    def run(self) -> list[Fault]:
        """All faults; a file that cannot be read counts as one and the rest goes on."""
        laws = self._laws()
        self._citations = CitationParser(laws.names)
        matters = self._taxonomy(laws)
        services = self._services(laws)
        digested = self._digests(laws)
        asked = self._entries(laws, matters, services, digested)
        self._points(laws, asked)
        self._facts(laws)
        self._common(laws)
        for kind in (ASKED, STORIES):
            self._asked(kind, asked)
        self._cities()
        self._forms(laws)
        if not self.faults:
            self._terms()
        return self.faults

    def _add(self, path: Path, line: int, message: str, remedy: str) -> None:
        self.faults.append(Fault(path, line, message, remedy))

    def _laws(self) -> LawRegistry:
        path = self.folder / "laws.yaml"
        try:
            laws = read_laws(self.folder)
        except KnowledgeError as error:
            self.faults.append(error.fault)
            return LawRegistry([])
        source = Source.read(path)
        names: dict[str, str] = {}
        for law in laws:
            line = source.line_with(f"\n{law.key}:") + 1
            days = [version.effective_on for version in law.versions]
            if days != sorted(days) or len(set(days)) != len(days):
                self._add(path, line, f"{law.key} 的版本没有按施行日期排好", "旧的在前，施行日期不重复")
            for successor in law.replaced_by:
                if successor not in {other.key for other in laws}:
                    self._add(path, line, f"{law.key} 的后继法 {successor} 没有登记", "把它加进 laws.yaml")
            for name in dict.fromkeys((law.key, law.title, *law.aliases)):
                if names.setdefault(name, law.key) != law.key:
                    self._add(path, line, f"名称“{name}”同时指 {names[name]} 和 {law.key}", "别名只能属于一部法律")
        return LawRegistry(laws)

    def _taxonomy(self, laws: LawRegistry) -> set[str]:
        found: dict[str, Domain] = {}
        for path in sorted((self.folder / "taxonomy").glob("*.yaml")):
            source = Source.read(path)
            try:
                domain = source.convert(Domain, source.data())
            except KnowledgeError as error:
                self.faults.append(error.fault)
                continue
            if domain.domain != path.stem:
                self._add(path, 1, f"domain 写的是 {domain.domain}", f"与文件名一致：{path.stem}")
            for matter in domain.matters:
                line = source.line_with(f"id: {matter.id}")
                if not matter.id.startswith(f"{domain.domain}."):
                    self._add(path, line, f"案由 {matter.id} 不属于 {domain.domain}", f"写成 {domain.domain}.名字")
                if matter.id in found:
                    self._add(path, line, f"案由 {matter.id} 重复", "换一个 id")
                found[matter.id] = domain
                for text in (matter.legal_aid, matter.mediation):
                    self._citations_stand(path, line, text or "", laws)
        return set(found)

    def _services(self, laws: LawRegistry) -> set[str]:
        found = set()
        for path in sorted((self.folder / "services").glob("*.yaml")):
            source = Source.read(path)
            try:
                service = source.convert(Service, source.data())
            except KnowledgeError as error:
                self.faults.append(error.fault)
                continue
            found.add(service.id)
            self._basis_stands(source, service.basis, laws)
        return found

    def _digests(self, laws: LawRegistry) -> set[tuple[str, str]]:
        seen: dict[tuple[str, str], Path] = {}
        try:
            for path, digest in read_digests(self.folder):
                line = Source.read(path).line_with(f"{digest.article}:")
                key = (digest.law, digest.article)
                if key in seen:
                    self._add(path, line, f"{digest.law}{digest.article} 已在 {seen[key].name} 写过", "合并成一处")
                seen[key] = path
                self._digest(path, line, digest, laws)
        except KnowledgeError as error:
            self.faults.append(error.fault)
        return set(seen)

    def _digest(self, path: Path, line: int, digest: ArticleDigest, laws: LawRegistry) -> None:
        reason = self._rejection(digest.law, digest.article, laws)
        if reason:
            self._add(path, line, f"{digest.law}{digest.article}：{reason}", "核对法律名称和条号")
        self._citations_stand(path, line, digest.gist, laws)
        if len(set(digest.questions)) < LEAST_DIGEST_QUESTIONS:
            self._add(path, line, f"{digest.article} 的问法少于 {LEAST_DIGEST_QUESTIONS} 个", "补上群众会怎么问")
        if not 30 <= len(digest.gist) <= 260:
            self._add(path, line, f"{digest.article} 的要点有 {len(digest.gist)} 字", "写成 40 到 150 字")

    def _entries(
        self, laws: LawRegistry, matters: set[str], services: set[str], digested: set[tuple[str, str]]
    ) -> dict[str, Path]:
        """Checks every entry; gives back each lay question with its file."""
        asked: dict[str, Path] = {}
        for path in sorted((self.folder / "guidance").rglob("*.md")):
            try:
                entry = read_entry(path)
            except KnowledgeError as error:
                self.faults.append(error.fault)
                continue
            source = Source.read(path)
            self._head(source, entry, matters, services)
            self._body(source, entry, laws, digested)
            self._sections[entry.id] = tuple(entry.sections.values())
            for question in entry.head.questions:
                other = asked.setdefault(question, path)
                if other is not path:
                    self._add(path, source.line_with(question), f"问法与 {other.name} 相同：{question}", "改写其中一个")
        return asked

    def _points(self, laws: LawRegistry, asked: dict[str, Path]) -> None:
        """The points: short, cited, of entries that exist, each asked in ways that no other entry is."""
        try:
            for path, found in read_points(self.folder):
                source = Source.read(path)
                for entry, points in found.items():
                    self._belongs(source, entry)
                    for point in points:
                        self._point(source, entry, point, laws)
                        for question in point.ask:
                            self._asked_once(source, question, point.ask, asked)
        except KnowledgeError as error:
            self.faults.append(error.fault)

    def _point(self, source: Source, entry: str, point: Point, laws: LawRegistry) -> None:
        path, line = source.path, source.line_with(point.say)
        length = len(uncited(point.say))
        if not POINT_LENGTH[0] <= length <= POINT_LENGTH[1]:
            self._add(path, line, f"要点有 {length} 字：{point.say[:20]}", f"不算括注，写到 {POINT_LENGTH[1]} 字以内")
        if len(point.ask) < LEAST_POINT_QUESTIONS:
            self._add(path, line, f"要点只有 {len(point.ask)} 个问法：{point.say[:20]}", "补上另一种问法")
        cited = self._citations.parse(point.say)
        if not cited:
            self._add(path, line, f"要点没有写依据：{point.say[:20]}", "句末括注是哪部法律哪一条")
        self._citations_stand(path, line, point.say, laws)
        self._wording(source, point.say)
        self._figures_stand(source, entry, point.say, laws)

    def _common(self, laws: LawRegistry) -> None:
        """What is asked on in any matter: short, cited, on tracks that there are."""
        path = self.folder / COMMON.name
        if not path.is_file():
            return
        try:
            common = read_common(path)
        except KnowledgeError as error:
            self.faults.append(error.fault)
            return
        source = Source.read(path)
        for point in common.points:
            for track in set(point.say) - set(common.tracks):
                self._add(path, source.line_with(f"id: {point.id}"), f"没有“{track}”这条路", "写进 tracks")
        for text in common.texts:
            line = source.line_with(text)
            if len(uncited(text)) > COMMON_LENGTH:
                self._add(path, line, f"通用要点太长：{text[:20]}", f"不算括注，写到 {COMMON_LENGTH} 字以内")
            if not self._citations.parse(text):
                self._add(path, line, f"通用要点没有写依据：{text[:20]}", "句末括注是哪部法律哪一条")
            self._citations_stand(path, line, text, laws)
            self._wording(source, text)
            self._figures_stand(source, "", text, laws)

    def _facts(self, laws: LawRegistry) -> None:
        """What decides: of entries that exist, each answer heard in the words of its button and of no other's."""
        try:
            for path, found in read_facts(self.folder):
                source = Source.read(path)
                for entry, facts in found.items():
                    self._belongs(source, entry)
                    for fact in facts:
                        self._fact(source, entry, fact, laws)
        except KnowledgeError as error:
            self.faults.append(error.fault)

    def _fact(self, source: Source, entry: str, fact: DecidingFact, laws: LawRegistry) -> None:
        path, line = source.path, source.line_with(fact.ask)
        if len(fact.ask) > FACT_LENGTH or not fact.ask.endswith("？"):
            self._add(path, line, f"问话是“{fact.ask}”", f"写成 {FACT_LENGTH} 字以内的一句问话")
        for option in fact.options:
            line = source.line_with(option.then)
            try:
                labels = [other.label for other in fact.options if tells(other, normalise(option.says).text)]
            except re.error as error:
                self._add(path, source.line_with(option.label), f"听法写错了（{error}）", "检查括号")
                continue
            if set(labels) - {option.label}:
                words = "、".join(labels)
                self._add(path, source.line_with(option.says), f"“{option.says}”听成了：{words}", "改 heard 或 says")
            if len(uncited(option.then)) > POINT_LENGTH[1]:
                self._add(path, line, f"有 {len(uncited(option.then))} 字：{option.then[:20]}", "写到 90 字以内")
            self._citations_stand(path, line, option.then, laws)
            self._wording(source, option.then)
            self._figures_stand(source, entry, option.then, laws)

    def _figures_stand(self, source: Source, entry: str, text: str, laws: LawRegistry) -> None:
        cited = self._cited_keys(self._citations.parse(text), laws)
        numbers = self._figures.missing(text, cited, self._sections.get(entry, ()))
        if numbers:
            message = f"引的条文里没有“{'、'.join(numbers)}”：{text[:20]}"
            self._add(source.path, source.line_with(text), message, "核对数字，或引写有它的那一条")

    def _cited_keys(self, cited: Iterable[Found], laws: LawRegistry) -> list[tuple[str, str]]:
        return [(laws.names.get(f.citation.law or "", f.citation.law or ""), f.citation.article_text) for f in cited]

    def _asked_once(self, source: Source, question: str, among: Sequence[str], asked: dict[str, Path]) -> None:
        other = asked.setdefault(question, source.path)
        if other is not source.path or among.count(question) > 1:
            line = source.line_with(question)
            self._add(source.path, line, f"问法与 {other.name} 相同：{question}", "改写其中一个")

    def _belongs(self, source: Source, entry: str) -> None:
        """An entry named in a domain's file must exist and be of that domain."""
        line = source.line_with(f"{entry}:")
        if not (self.folder / "guidance" / f"{entry}.md").is_file():
            self._add(source.path, line, f"没有指引 {entry}", "写 guidance/ 里的 id")
        elif entry.partition("/")[0] != source.path.stem:
            self._add(source.path, line, f"{entry} 不属于 {source.path.stem}", "移到它那个领域的文件")

    def _wording(self, source: Source, text: str) -> None:
        """No outcome is promised, no number named that nobody verified."""
        for match in FORBIDDEN.finditer(text):
            self._add(source.path, source.line_with(match[0]), f"承诺了结果：“{match[0]}”", "写明条件，不作保证")
        for match in _PHONE.finditer(re.sub(r"第?\d+(?:[-–至到]\d+)?\s?(?:元|天|日|条|%|年|岁|个|人|万)", "", text)):
            if match[0] not in KNOWN_NUMBERS:
                self._add(source.path, source.line_with(match[0]), f"没有核实的号码 {match[0]}", "删掉，或改用公开热线")

    def _asked(self, kind: str, asked: dict[str, Path]) -> None:
        """The further questions and stories: of entries that exist, in their domain's file, each told once."""
        try:
            for path, found in read_asked(self.folder, kind):
                source = Source.read(path)
                for entry, questions in found.items():
                    self._belongs(source, entry)
                    for question in questions:
                        if kind == STORIES and not STORY_LENGTH[0] <= len(question) <= STORY_LENGTH[1]:
                            message = f"有 {len(question)} 字：{question[:20]}"
                            self._add(path, source.line_with(question), message, "写成 15 到 300 字")
                        self._asked_once(source, question, questions, asked)
        except KnowledgeError as error:
            self.faults.append(error.fault)

    def _head(self, source: Source, entry: Entry, matters: set[str], services: set[str]) -> None:
        path, head = source.path, entry.head
        expected = path.relative_to(self.folder / "guidance").with_suffix("").as_posix()
        if head.id != expected:
            self._add(path, source.line_with("id:"), f"id 写的是 {head.id}", f"与路径一致：{expected}")
        if head.matter not in matters:
            self._add(path, source.line_with("matter:"), f"没有案由 {head.matter}", "用 taxonomy 里的 id，或先加上它")
        for service in head.services:
            if service not in services:
                self._add(path, source.line_with("services:"), f"没有服务事项 {service}", "用 services/ 里的 id")
        if len(set(head.questions)) < LEAST_QUESTIONS:
            self._add(path, source.line_with("questions:"), f"问法少于 {LEAST_QUESTIONS} 个", "补上不同的真实问法")
        if not any(_CANTONESE.search(question) for question in head.questions):
            self._add(path, source.line_with("questions:"), "没有书面粤语的问法", "至少加一个")
        if not 1 <= len(head.basis) <= MOST_BASIS:
            self._add(
                path, source.line_with("basis:"), f"依据有 {len(head.basis)} 条", f"写 2 至 4 条，最多 {MOST_BASIS} 条"
            )
        if head.reviewed_on > self.today:
            self._add(path, source.line_with("reviewed_on:"), "审核日期在将来", "写实际审核的日期")

    def _body(self, source: Source, entry: Entry, laws: LawRegistry, digested: set[tuple[str, str]]) -> None:
        path = source.path
        if tuple(entry.sections) != SECTIONS:
            self._add(
                path, source.line_with("## "), f"小节是 {'、'.join(entry.sections)}", f"依次写 {'、'.join(SECTIONS)}"
            )
        low, high = CONCLUSION_LENGTH
        length = len(entry.sections.get("结论", ""))
        if not low <= length <= high:
            self._add(path, source.line_with("## 结论"), f"结论有 {length} 字", "写成 80 到 180 字")
        if length + len(entry.first_step) > LEAD_LENGTH:
            self._add(
                path,
                source.line_with("## 怎么办"),
                f"结论和第一步共 {length + len(entry.first_step)} 字，首屏放不下",
                f"第一步写短，合起来不超过 {LEAD_LENGTH} 字",
            )
        self._personal(source, entry)
        self._basis_stands(source, entry.head.basis, laws)
        for basis in entry.head.basis:
            if (basis.law, basis.article) not in digested:
                self._add(
                    path, source.line_with(basis.article), f"{basis.law}{basis.article} 没有摘要", "在 digest/ 里写一条"
                )
        self._cited_is_basis(source, entry, laws)
        body = "\n".join(entry.sections.values())
        self._wording(source, body)

    def _personal(self, source: Source, entry: Entry) -> None:
        for sentence in entry.head.personal:
            line = source.line_with(sentence)
            for place in unknown_places(sentence):
                self._add(
                    source.path, line, f"填不了“{{{place}}}”", "写 {日期}、{日期+1年}、{金额} 或 {金额×3，至少500}"
                )
            if not has_place(sentence):
                self._add(source.path, line, f"没有填当事人情况的地方：{sentence}", PLACES)

    def _cited_is_basis(self, source: Source, entry: Entry, laws: LawRegistry) -> None:
        basis = {(b.law, b.article) for b in entry.head.basis}
        cited: set[tuple[str, str]] = set()
        personal = ("personal", "\n".join(entry.head.personal))
        for name, text in (*entry.sections.items(), personal):
            for found in self._citations.parse(text):
                quoted = text[found.start : found.end]
                key = (laws.names.get(found.citation.law or "", found.citation.law or ""), found.citation.article_text)
                cited.add(key)
                resolved = laws.resolve(found.citation, self.today)
                if isinstance(resolved, Rejection):
                    line = source.line_with(quoted)
                    self._add(source.path, line, f"{name}里的“{quoted}”：{resolved.value}", "核对法律名称和条号")
                elif key not in basis:
                    self._add(source.path, source.line_with(quoted), f"“{quoted}”没有写进 basis", "补进 basis，或删去")
        for law, article in sorted(basis - cited):
            self._add(
                source.path, source.line_with(article), f"{law}{article} 在正文没有引到", "正文引上，或从 basis 删去"
            )

    def _basis_stands(self, source: Source, basis: Iterable[Basis], laws: LawRegistry) -> None:
        for one in basis:
            reason = self._rejection(one.law, one.article, laws)
            if reason:
                self._add(
                    source.path,
                    source.line_with(one.article),
                    f"{one.law}{one.article}：{reason}",
                    "核对法律名称和条号",
                )

    def _rejection(self, law: str, article: str, laws: LawRegistry) -> str | None:
        try:
            number, inserted = parse_article(article)
        except ValueError:
            return "条号写法不对"
        if article_text(number, inserted) != article:
            return f"条号应写成{article_text(number, inserted)}"
        resolved = laws.resolve(Citation(law, number, inserted), self.today)
        return resolved.value if isinstance(resolved, Rejection) else None

    def _citations_stand(self, path: Path, line: int, text: str, laws: LawRegistry) -> None:
        for found in self._citations.parse(text):
            resolved = laws.resolve(found.citation, self.today)
            if isinstance(resolved, Rejection):
                self._add(path, line, f"“{text}”：{resolved.value}", "核对法律名称和条号")

    def _terms(self) -> None:
        known = {*read_terms(LEGAL_TERMS), *read_terms(KNOWLEDGE_TERMS)}
        missing = [term for term in knowledge_terms(read_library(self.folder)) if term not in known]
        if missing:
            few = "、".join(missing[:5])
            self._add(KNOWLEDGE_TERMS, 1, f"分词词典缺 {len(missing)} 个词：{few}", "运行 wenfa knowledge terms")

    def _cities(self) -> None:
        for path in sorted((self.folder / "cities").glob("*.yaml")):
            source = Source.read(path)
            try:
                source.convert(City, source.data())
            except KnowledgeError as error:
                self.faults.append(error.fault)

    def _forms(self, laws: LawRegistry) -> None:
        """What the conditions of legal aid cite stands today; what a form depends on is asked in it, or reckoned."""
        path = self.folder / TABLE.name
        try:
            if path.is_file():
                table, source = read_table(path), Source.read(path)
                for article in table.articles:
                    self._citations_stand(path, source.line_with(article), f"{table.law}{article}", laws)
            forms = read_forms(self.folder / FORMS_FOLDER.name)
        except KnowledgeError as error:
            self.faults.append(error.fault)
            return
        for form in forms.values():
            path = self.folder / FORMS_FOLDER.name / f"{form.id}.yaml"
            for name in form.unknown_names:
                line = Source.read(path).line_with(f"{name}:")
                self._add(path, line, f"when 里的 {name} 没有哪一项问过", "改成表里有的项，或者 aid_ 开头算出来的")


def uncovered_matters(folder: Path = KNOWLEDGE_FOLDER) -> list[str]:
    """Matters without a guidance entry: not a fault, but work for editors."""
    covered = {read_entry(path).head.matter for path in (folder / "guidance").rglob("*.md")}
    return [m.id for _, domain in read_domains(folder) for m in domain.matters if m.id not in covered]
