"""The losses of the encoder's recipe draw together what means the same, and part what does not."""

from __future__ import annotations

import random

import torch

from models.recipes.encoder import Asked, joined, relatives
from models.recipes.losses import NO_POINT, Kinship, point_loss, question_loss

EAST, NORTH, WEST, SOUTH = (torch.tensor(v) for v in ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)))


def test_point_loss_falls_as_the_question_nears_its_point() -> None:
    documents, points = torch.stack([EAST, NORTH, WEST]), torch.tensor([0])
    near, far = (float(point_loss(v[None, :], [[0]], points, documents)) for v in (EAST, NORTH))
    assert near < 0.01 < far


def test_other_answers_of_the_question_do_not_count_against_its_point() -> None:
    documents, points, question = torch.stack([EAST, EAST, WEST]), torch.tensor([0]), EAST[None, :]
    alone = float(point_loss(question, [[0]], points, documents))
    with_another = float(point_loss(question, [[0, 1]], points, documents))
    assert with_another < 0.01 < alone


def test_question_without_a_point_has_no_point_loss() -> None:
    assert float(point_loss(EAST[None, :], [[0]], torch.tensor([NO_POINT]), EAST[None, :])) == 0


def kin(*points: int) -> Kinship:
    """Four questions: three of one group and matter, the last of others."""
    return Kinship(torch.tensor([0, 0, 0, 1]), torch.tensor([0, 0, 0, 1]), torch.tensor(points))


def loss(bank: list[torch.Tensor], kinship: Kinship) -> float:
    vectors = torch.stack(bank)
    return float(question_loss(vectors[:1], torch.tensor([0]), kinship.points[:1], vectors, kinship))


def test_questions_of_a_point_are_drawn_together_and_away_from_its_siblings() -> None:
    same = kin(5, 5, 6, NO_POINT)
    assert loss([EAST, EAST, WEST, SOUTH], same) < 0.01
    assert loss([EAST, EAST, EAST, SOUTH], same) > 0.5  # the other point of the group counts against it
    assert loss([EAST, WEST, EAST, SOUTH], same) > 1


def test_questions_of_no_point_are_drawn_to_their_group() -> None:
    group = kin(NO_POINT, NO_POINT, NO_POINT, NO_POINT)
    assert loss([EAST, EAST, EAST, WEST], group) < 0.01
    assert loss([EAST, WEST, WEST, EAST], group) > 1


def test_other_questions_of_the_matter_neither_draw_nor_part() -> None:
    apart = Kinship(torch.tensor([0, 0, 1, 2]), torch.tensor([0, 0, 0, 1]), torch.full((4,), NO_POINT))
    assert loss([EAST, EAST, EAST, WEST], apart) < 0.01


def test_question_that_has_no_like_has_no_loss() -> None:
    alone = Kinship(torch.tensor([0, 1, 2, 3]), torch.tensor([0, 1, 2, 3]), torch.full((4,), NO_POINT))
    assert loss([EAST, EAST, WEST, SOUTH], alone) == 0


def test_two_questions_of_an_entry_are_asked_in_one_breath() -> None:
    """Of two points it asks about neither alone; what answers either answers it; others are left as they are."""
    asked = [
        Asked("欠薪怎么办？", (1, 2), "wages", "labour.wages", 1),
        Asked("要什么证据？", (2, 3), "wages", "labour.wages", 3),
        Asked("怎么离婚", (4,), "divorce", "family.divorce", 4),
        Asked("我要跳楼", (), "danger suicide"),
    ]
    kin, chance = relatives(asked), random.Random(1)
    both = next(one for one in (joined(0, asked, kin, chance) for _ in range(20)) if one is not asked[0])
    assert sorted(both.text.split("，")) == ["欠薪怎么办", "要什么证据"]
    assert (set(both.documents), both.point, both.group) == ({1, 2, 3}, NO_POINT, "wages")
    assert joined(2, asked, kin, chance) is asked[2]
    assert joined(3, asked, kin, chance) is asked[3]
