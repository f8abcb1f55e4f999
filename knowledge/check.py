"""`wenfa knowledge check`: every fault with file, line and remedy; what fails is never published."""

from __future__ import annotations

import re
from pathlib import Path

from knowledge.check_answers import AnswerChecks
from knowledge.forms import FORMS_FOLDER, read_forms
from knowledge.laws import LawRegistry, Rejection
from knowledge.legal_aid import TABLE, read_table
from knowledge.library import (
    ASKED,
    KNOWLEDGE_FOLDER,
    STORIES,
    read_digests,
    read_domains,
    read_entry,
    read_laws,
    read_library,
)
from knowledge.personal import has_place, unknown_places
from knowledge.records import SECTIONS, ArticleDigest, City, Domain, Entry, Service
from knowledge.source_files import Fault, KnowledgeError, Source
from knowledge.terms import knowledge_terms
from nlu.citations import CitationParser
from nlu.segment import KNOWLEDGE_TERMS, LEGAL_TERMS, read_terms

LEAST_QUESTIONS = 8
LEAST_DIGEST_QUESTIONS = 4
MOST_BASIS = 5
CONCLUSION_LENGTH = (40, 260)
LEAD_LENGTH = 380
"""Characters of conclusion and first step together: they are the first screen."""
PLACES = "用 {日期}、{日期+1年}、{日期+1年，截止}、{金额} 或 {金额×3，至少500}"
_CANTONESE = re.compile(
    r"[咗嘅唔佢冇喺嗰嘢咩啲畀俾攞揾嚟乜哋嘞喇吖㗎咁睇瞓搵揸唞餸嬲]|老細|细路|細路|边个|邊個|点算|點算|边度|邊度|点样|點樣|屋企|幾時|几多|幾多|返工|人工"
)


class KnowledgeCheck(AnswerChecks):
    """Checks a knowledge folder once; afterwards `faults` holds what is wrong, file by file."""

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
        if not 12 <= len(digest.gist) <= 260:
            self._add(path, line, f"{digest.article} 的要点有 {len(digest.gist)} 字", "写成 12 到 150 字，条文长的说全")

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
