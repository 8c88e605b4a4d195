/* SPDX-License-Identifier: BSD-3-Clause */
/* Messages: each arrives whole and as it was, or is told to be unreadable; what is on its way is left alone. */
#include "cluster/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_mpi.h"

enum { TO = 5 };
static size_t arrived;

static void fake_sent(int to, const struct letter *letter)
{
    assert_int_equal(to, TO);
    fake_send(1, letter->tag, letter->bytes, letter->size);
    arrived++;
}

static void fake_pass(void)
{
}

/* Many at once, of which some get through late: in their order, as they were when they were sent, though the sender
 * goes on at once with the same memory. (What is on its way is compared in fake_mpi.h.) */
static void test_outbox(void **state)
{
    (void)state;
    enum { MANY = 3000 };
    struct outbox outbox = {0};
    struct ask ask;
    size_t next = 0;
    arrived = 0;
    fake_begin(1);
    for (uint32_t n = 0; n < MANY; n++) {
        fake_stuck = n % 500 < 100; /* now and then nothing gets through for long */
        ask.wants = n;
        assert_int_equal(outbox_send(&outbox, TO, TAG_ASK, &ask, sizeof ask, NULL), STATUS_OK);
        memset(&ask, 0xff, sizeof ask);
        outbox_tend(&outbox);
        union message message;
        enum message_tag tag;
        int from;
        while (fake_random(3) && message_receive(outbox.comm, MPI_ANY_SOURCE, &message, &from, &tag)) {
            assert_int_equal(tag, TAG_ASK);
            assert_int_equal(from, 1);
            assert_int_equal(message.ask.wants, next++);
        }
    }
    fake_stuck = false;
    assert_int_equal(outbox.sent, MANY);
    assert_int_equal(arrived, MANY);
    while (outbox_tend(&outbox) > 0)
        ;
    assert_in_range(outbox.capacity, 100, 256); /* as many as were on their way at once */
    outbox_free(&outbox);
    assert_int_equal(outbox.capacity, 0);
}

static size_t of_result(uint32_t count)
{
    const struct result result = {.count = count};
    return message_result_size(&result);
}

static size_t of_work(uint32_t count)
{
    const struct work work = {.count = count};
    return message_work_size(&work);
}

/* Sizes that a kind may have, and those next to them. */
static void test_sizes(void **state)
{
    (void)state;
    fake_begin(1);
    const struct {
        enum message_tag tag;
        uint32_t count; /* in its head, where there is one */
        size_t size;
        bool readable;
    } cases[] = {
        {TAG_HELLO, 0, sizeof(struct hello), true},
        {TAG_HELLO, 0, sizeof(struct hello) - 1, false},
        {TAG_HELLO, 0, sizeof(struct hello) + 1, false},
        {TAG_ASK, 0, sizeof(struct ask), true},
        {TAG_ASK, 0, 0, false},
        {TAG_RESULT, 1, of_result(1), true},
        {TAG_RESULT, PACK_MAX, of_result(PACK_MAX), true},
        {TAG_RESULT, PACK_MAX, sizeof(struct result) - 1, false},
        {TAG_RESULT, PACK_MAX + 1, sizeof(struct result), false},
        {TAG_RESULT, PACK_MAX + 1, of_result(PACK_MAX + 1), false},
        {TAG_RESULT, UINT32_MAX, of_result(1), false},
        {TAG_RESULT, 1, of_result(2), false},
        {TAG_RESULT, 2, of_result(1), false},
        {TAG_RESULT, 1, 2, false},
        {TAG_WHY, 0, offsetof(struct why, text), true},
        {TAG_WHY, sizeof ((struct why *)0)->text, sizeof(struct why), true},
        {TAG_WHY, sizeof ((struct why *)0)->text + 1, sizeof(struct why), false},
        {TAG_WHY, sizeof ((struct why *)0)->text + 1, offsetof(struct why, text) + sizeof ((struct why *)0)->text + 1,
         false},
        {TAG_WHY, 10, offsetof(struct why, text) + 9, false},
        {TAG_WHY, 10, 1, false},
        {TAG_ALIVE, 0, 1, true},
        {TAG_ALIVE, 0, 2, false},
        {TAG_FAILED, 0, sizeof(struct error), true},
        {TAG_FAILED, 0, sizeof(struct error) - 1, false},
        {TAG_BYE, 0, 1, true},
        {TAG_WORK, 1, of_work(1), true},
        {TAG_WORK, PACK_MAX, of_work(PACK_MAX), true},
        {TAG_WORK, 0, of_work(0), false}, /* of nothing */
        {TAG_WORK, PACK_MAX + 1, sizeof(struct work), false},
        {TAG_WORK, 3, of_work(4), false},
        {TAG_PING, 0, 1, true},
        {TAG_END, 0, sizeof(struct end), true},
        {TAG_END, 0, 1, false},
        {TAG_END, 0, sizeof(union message) + 1, false},
        {TAG_RESULT, PACK_MAX, 2 * sizeof(union message), false},
        {TAG_UNREADABLE, 0, 1, false},
        {(enum message_tag)77, 0, 1, false},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        unsigned char bytes[2 * sizeof(union message)] = {0};
        const size_t at = cases[c].tag == TAG_WHY    ? offsetof(struct why, size)
                          : cases[c].tag == TAG_WORK ? offsetof(struct work, count)
                                                     : offsetof(struct result, count);
        memcpy(bytes + at, &cases[c].count, sizeof cases[c].count);
        fake_send(2, (int)cases[c].tag, bytes, cases[c].size);
        union message message;
        enum message_tag tag;
        int from;
        assert_true(message_receive(MPI_COMM_NULL, 2, &message, &from, &tag));
        assert_int_equal(from, 2);
        if (tag != (cases[c].readable ? cases[c].tag : TAG_UNREADABLE))
            fail_msg("case %zu: tag %d, of kind %d", c, (int)tag, (int)cases[c].tag);
        assert_false(message_receive(MPI_COMM_NULL, 2, &message, &from, &tag)); /* it is gone */
    }
}

/* A status that is none, of the first outcome or the last. */
static void test_statuses(void **state)
{
    (void)state;
    static const struct {
        uint32_t status;
        bool readable;
    } cases[] = {{OUTCOME_OK, true},       {OUTCOME_DIVERGED, true}, {OUTCOME_FAILED, true},
                 {OUTCOME_PENDING, false}, {4, false},               {UINT32_MAX, false}};
    fake_begin(1);
    for (size_t c = 0; c < 2 * sizeof cases / sizeof *cases; c++) {
        struct result result = {.count = PACK_MAX};
        result.outcomes[c % 2 ? PACK_MAX - 1 : 0].status = cases[c / 2].status;
        fake_send(2, TAG_RESULT, &result, sizeof result);
        union message message;
        enum message_tag tag;
        int from;
        assert_true(message_receive(MPI_COMM_NULL, 2, &message, &from, &tag));
        if (tag != (cases[c / 2].readable ? TAG_RESULT : TAG_UNREADABLE))
            fail_msg("status %u: tag %d", (unsigned)cases[c / 2].status, (int)tag);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outbox),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_statuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
