/* A mutex around a list: taken once a message by the sender and once a batch by the reader. */
#include "base/mailbox.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/mem.h"

struct mailbox {
    pthread_mutex_t lock;
    struct msg *head, **tail;
    size_t n, cap;
    int fd;
};

enum err mailbox_new(struct mailbox **out, size_t cap)
{
    if (cap < 1 || cap > 1000000)
        return ERR_INVAL;
    struct mailbox *mb = (struct mailbox *)mem_zalloc(1, sizeof(*mb));
    if (mb == NULL)
        return ERR_NOMEM;
    mb->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (mb->fd < 0) {
        mem_free(mb);
        return ERR_IO;
    }
    (void)pthread_mutex_init(&mb->lock, NULL);
    mb->tail = &mb->head;
    mb->cap = cap;
    *out = mb;
    return ERR_OK;
}

void msg_drop(struct msg *m)
{
    if (m != NULL && m->drop != NULL)
        m->drop(m);
    else
        mem_free(m);
}

void mailbox_free(struct mailbox *mb)
{
    if (mb == NULL)
        return;
    for (struct msg *m = mb->head, *next = NULL; m != NULL; m = next) {
        next = m->next;
        msg_drop(m);
    }
    (void)pthread_mutex_destroy(&mb->lock);
    (void)close(mb->fd);
    mem_free(mb);
}

static enum err push(struct mailbox *mb, struct msg *m, bool bounded)
{
    (void)pthread_mutex_lock(&mb->lock);
    bool refused = bounded && mb->n >= mb->cap;
    bool first = mb->head == NULL;
    if (!refused) {
        m->next = NULL;
        *mb->tail = m;
        mb->tail = &m->next;
        mb->n++;
    }
    (void)pthread_mutex_unlock(&mb->lock);
    if (!refused && first)
        (void)eventfd_write(mb->fd, 1);
    return refused ? ERR_BUSY : ERR_OK;
}

enum err mailbox_push(struct mailbox *mb, struct msg *m)
{
    return push(mb, m, true);
}

void mailbox_push_always(struct mailbox *mb, struct msg *m)
{
    (void)push(mb, m, false);
}

struct msg *mailbox_take(struct mailbox *mb)
{
    eventfd_t seen = 0;
    (void)eventfd_read(mb->fd, &seen);
    (void)pthread_mutex_lock(&mb->lock);
    struct msg *all = mb->head;
    mb->head = NULL;
    mb->tail = &mb->head;
    mb->n = 0;
    (void)pthread_mutex_unlock(&mb->lock);
    return all;
}

int mailbox_fd(const struct mailbox *mb)
{
    return mb->fd;
}
