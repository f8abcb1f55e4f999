"""What answers in particular (要点、要紧情况、问法的检查): points, facts that decide, further questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from knowledge.common import COMMON, read_common
from knowledge.facts import tells
from knowledge.faults import Faults
from knowledge.laws import LawRegistry
from knowledge.library import STORIES, read_asked, read_facts, read_points
from knowledge.records import DecidingFact, Point
from knowledge.source_files import KnowledgeError, Source
from nlu.citations import uncited
from nlu.normalise import normalise

STORY_LENGTH = (15, 300)
POINT_LENGTH = (12, 90)
"""Characters of a point without what stands in brackets with a law."""
COMMON_LENGTH = 120
LEAST_POINT_QUESTIONS = 2
FACT_LENGTH = 30


class AnswerChecks(Faults):
    """Checks what stands beside the entries."""

    def _points(self, laws: LawRegistry, asked: dict[str, Path]) -> None:
        """The points: short, cited, of entries that exist, each asked in ways that no other point or entry is."""
        try:
            for path, found in read_points(self.folder):
                source = Source.read(path)
                among = [question for points in found.values() for point in points for question in point.ask]
                for entry, points in found.items():
                    self._belongs(source, entry)
                    head = self.folder / "guidance" / f"{entry}.md"
                    for point in points:
                        self._point(source, entry, point, laws)
                        for question in point.ask:
                            if asked.get(question) != head or among.count(question) > 1:
                                self._asked_once(source, question, among, asked)
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
