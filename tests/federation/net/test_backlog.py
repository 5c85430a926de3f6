from federation.net.backlog import LINES_MAX, OPENING_MAX, Backlog
from federation.net.outgoing import OwnLine

STREAM = "me.epoch"


def is_own(stream: str) -> bool:
    return stream.startswith("me.")


def line(seq: int, stream: str = STREAM, doc: str = "d") -> OwnLine:
    return OwnLine(doc, stream, seq, b"%d" % seq)


def seqs(lines: list[OwnLine]) -> list[int]:
    return [item.seq for item in lines]


def test_a_new_event_goes_out_from_memory_when_it_continues_what_they_have() -> None:
    backlog = Backlog(is_own)
    backlog.settle("d", {STREAM: 3}, {STREAM: 3})
    backlog.offer(line(4))

    assert seqs(backlog.take(50, 1000)) == [4]
    assert backlog.due() == []


def test_a_hole_before_the_events_in_memory_means_reading_the_log() -> None:
    backlog = Backlog(is_own)
    backlog.settle("d", {STREAM: 3}, {STREAM: 3})
    backlog.offer(line(5))

    assert backlog.take(50, 1000) == []
    assert backlog.due() == ["d"]


def test_unknown_heads_mean_reading_the_log() -> None:
    backlog = Backlog(is_own)
    backlog.offer(line(1))

    assert backlog.take(50, 1000) == []
    assert backlog.unknown(backlog.due()) == ["d"]


def test_lines_stay_until_the_answer_says_that_they_are_there() -> None:
    backlog = Backlog(is_own)
    backlog.settle("d", {}, {})
    for seq in (1, 2, 3):
        backlog.offer(line(seq))

    first = backlog.take(50, 1000)
    backlog.settle("d", {STREAM: 2}, {STREAM: 3})

    assert seqs(first) == [1, 2, 3]
    assert seqs(backlog.take(50, 1000)) == [3]


def test_lower_heads_rewind_the_lane() -> None:
    backlog = Backlog(is_own)
    backlog.settle("d", {STREAM: 9}, {STREAM: 9})

    backlog.settle("d", {STREAM: 4}, {STREAM: 9})

    assert backlog.due() == ["d"]


def test_a_stream_of_somebody_else_is_not_pushed() -> None:
    backlog = Backlog(is_own)

    lacks = backlog.settle("d", {}, {"other.epoch": 5})

    assert (lacks, backlog.due()) == (False, [])


def test_higher_heads_say_that_i_lack_something_even_of_my_own() -> None:
    backlog = Backlog(is_own)

    assert backlog.settle("d", {STREAM: 5}, {STREAM: 2})


def test_a_batch_is_bounded_in_items_and_bytes() -> None:
    backlog = Backlog(is_own)
    backlog.settle("d", {}, {})
    for seq in range(1, 10):
        backlog.offer(line(seq))

    assert len(backlog.take(4, 1000)) == 4
    assert len(backlog.take(50, 6)) == 3


def test_memory_is_bounded_and_the_log_takes_over() -> None:
    backlog = Backlog(is_own)
    backlog.settle("d", {}, {})
    for seq in range(1, LINES_MAX + 2):
        backlog.offer(line(seq))

    assert backlog.due() == ["d"]
    assert backlog.take(50, 10**6) == []


def test_two_streams_of_mine_in_one_document_do_not_hold_each_other_up() -> None:
    backlog = Backlog(is_own)
    old, new = "me.old", "me.new"
    backlog.settle("d", {old: 7}, {old: 7})

    backlog.offer(line(1, new))

    assert seqs(backlog.take(50, 1000)) == [1]


def test_a_new_document_goes_out_whole_from_memory() -> None:
    backlog = Backlog(is_own)

    backlog.begin("d", [line(1), line(2), line(3)])

    assert seqs(backlog.take(50, 1000)) == [1, 2, 3]


def test_a_new_document_that_is_too_long_for_one_batch_is_read_from_the_log() -> None:
    backlog = Backlog(is_own)

    backlog.begin("d", [line(seq) for seq in range(1, OPENING_MAX + 2)])

    assert backlog.take(50, 10**6) == []
    assert backlog.due() == ["d"]
