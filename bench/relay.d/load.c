/* load: hands mails to an SMTP server from many threads and says how fast that went.
 *
 *     cc -O2 -o load load.c -lssl -lcrypto -lpthread        (OpenSSL; bench/relay takes BoringSSL where it is installed)
 *     load ADDRESS PORT THREADS MAILS BYTES plain|kept|tls|resumed|tls-kept [HOST]
 *     load ADDRESS PORT THREADS CONNECTIONS 0 idle SECONDS
 *
 * plain: a connection for each mail.  kept: a connection for each thread.  tls: a connection and a full handshake for each
 * mail.  resumed: the same with resumption.  tls-kept: one handshake for each thread.  idle: opens CONNECTIONS, every second
 * one goes over to TLS, prints "open N", holds them for SECONDS.
 * Commands are sent one by one, as a simple client does; the header and body of a mail are written at once.
 * Output: taken=N failed=N resumed=N seconds=S rate=R, and the latency of one mail in milliseconds (median and 99 %).
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum mode { PLAIN, KEPT, TLS, RESUMED, TLS_KEPT, IDLE };

struct peer {
    int fd;
    SSL *tls;
    int filled;
    char buffer[8192];
};

static struct sockaddr_in server;
static const char *domain = "sink.example";
static enum mode mode;
static int mails, wanted_bytes;
static char *content;
static int content_length;
static SSL_CTX *context;
static _Atomic int next_mail, taken, failed, resumed;
static double *latency;
static _Thread_local SSL_SESSION *ticket; /* the newest that this thread's server has sent */

/* In TLS 1.3 tickets come after the handshake. */
static int keep(SSL *unused, SSL_SESSION *session) {
    (void)unused;
    if (ticket) SSL_SESSION_free(ticket);
    ticket = session;
    return 1;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int put(struct peer *p, const char *bytes, int length) {
    while (length > 0) {
        int n = p->tls ? SSL_write(p->tls, bytes, length) : write(p->fd, bytes, length);
        if (n <= 0) return -1;
        bytes += n;
        length -= n;
    }
    return 0;
}

/* The first digit of the next reply, -1 when there is none. */
static int reply(struct peer *p) {
    for (;;) {
        char *line = p->buffer, *end;
        while ((end = memchr(line, '\n', p->filled - (line - p->buffer)))) {
            if (end - line >= 4 && line[3] != '-') {
                int digit = line[0] - '0', rest = p->filled - (end + 1 - p->buffer);
                memmove(p->buffer, end + 1, rest);
                p->filled = rest;
                return digit;
            }
            line = end + 1;
        }
        if (p->filled == sizeof p->buffer) return -1;
        int space = sizeof p->buffer - p->filled;
        int n = p->tls ? SSL_read(p->tls, p->buffer + p->filled, space) : read(p->fd, p->buffer + p->filled, space);
        if (n <= 0) return -1;
        p->filled += n;
    }
}

static int say(struct peer *p, const char *line, int digit) {
    return put(p, line, strlen(line)) == 0 && reply(p) == digit ? 0 : -1;
}

static void hang_up(struct peer *p) {
    if (p->tls) {
        SSL_shutdown(p->tls); /* or the session could not be resumed */
        SSL_free(p->tls);
        p->tls = NULL;
    }
    if (p->fd >= 0) close(p->fd);
    p->fd = -1;
}

static int connect_to(struct peer *p, int with_tls, SSL_SESSION *earlier) {
    int one = 1;
    p->filled = 0;
    p->tls = NULL;
    p->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(p->fd, (struct sockaddr *)&server, sizeof server)) return -1;
    if (reply(p) != 2 || say(p, "EHLO load.example\r\n", 2)) return -1;
    if (!with_tls) return 0;
    if (say(p, "STARTTLS\r\n", 2)) return -1;
    p->tls = SSL_new(context);
    SSL_set_fd(p->tls, p->fd);
    if (earlier) SSL_set_session(p->tls, earlier);
    if (SSL_connect(p->tls) != 1) return -1;
    if (SSL_session_reused(p->tls)) resumed++;
    return say(p, "EHLO load.example\r\n", 2);
}

static int hand_over(struct peer *p) {
    char to[128];
    snprintf(to, sizeof to, "RCPT TO:<user@%s>\r\n", domain);
    return say(p, "MAIL FROM:<load@load.example>\r\n", 2) || say(p, to, 2) || say(p, "DATA\r\n", 3)
        || put(p, content, content_length) || reply(p) != 2 ? -1 : 0;
}

static void *work(void *unused) {
    struct peer *p = malloc(sizeof *p);
    int open = 0, number;
    while ((number = next_mail++) < mails) {
        double start = now();
        if (!open && connect_to(p, mode >= TLS, mode == RESUMED ? ticket : NULL)) {
            failed++;
            hang_up(p);
            continue;
        }
        open = 1;
        if (hand_over(p)) {
            failed++;
            hang_up(p);
            open = 0;
            continue;
        }
        taken++;
        if (mode != KEPT && mode != TLS_KEPT) {
            say(p, "QUIT\r\n", 2);
            hang_up(p);
            open = 0;
        }
        latency[number] = now() - start;
    }
    if (open) {
        say(p, "QUIT\r\n", 2);
        hang_up(p);
    }
    free(p);
    return unused;
}

static struct peer *held;

static void *hold(void *unused) {
    int number;
    while ((number = next_mail++) < mails) {
        if (connect_to(&held[number], number % 2, NULL)) {
            failed++;
            hang_up(&held[number]);
        } else {
            taken++;
        }
    }
    return unused;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static void make_content(void) {
    content = malloc(wanted_bytes + 400);
    content_length = sprintf(content, "From: load@load.example\r\nTo: user@sink.example\r\nSubject: load\r\n\r\n");
    while (content_length < wanted_bytes) {
        memset(content + content_length, 'x', 76);
        content_length += 76;
        content[content_length++] = '\r';
        content[content_length++] = '\n';
    }
    content_length += sprintf(content + content_length, ".\r\n");
}

int main(int count, char **argument) {
    static const char *modes[] = {"plain", "kept", "tls", "resumed", "tls-kept", "idle"};
    if (count < 7) {
        fprintf(stderr, "usage: load ADDRESS PORT THREADS MAILS BYTES MODE [HOST|SECONDS]\n");
        return 2;
    }
    server.sin_family = AF_INET;
    server.sin_port = htons(atoi(argument[2]));
    inet_pton(AF_INET, argument[1], &server.sin_addr);
    int threads = atoi(argument[3]);
    mails = atoi(argument[4]);
    wanted_bytes = atoi(argument[5]);
    for (int i = 0; i <= IDLE; i++)
        if (!strcmp(argument[6], modes[i])) mode = i;
    if (count > 7 && mode != IDLE) domain = argument[7];
    context = SSL_CTX_new(TLS_client_method());
    if (mode == RESUMED) {
        SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL_STORE);
        SSL_CTX_sess_set_new_cb(context, keep);
    }
    latency = calloc(mails, sizeof *latency);
    make_content();
    if (mode == IDLE) held = calloc(mails, sizeof *held);
    pthread_t *thread = calloc(threads, sizeof *thread);
    double start = now();
    for (int i = 0; i < threads; i++) pthread_create(thread + i, NULL, mode == IDLE ? hold : work, NULL);
    for (int i = 0; i < threads; i++) pthread_join(thread[i], NULL);
    double seconds = now() - start;
    if (mode == IDLE) {
        printf("open %d failed %d\n", taken, failed);
        fflush(stdout);
        sleep(count > 7 ? atoi(argument[7]) : 10);
        int alive = 0;
        for (int i = 0; i < mails; i++)
            if (held[i].fd > 0 && say(&held[i], "NOOP\r\n", 2) == 0) alive++;
        printf("alive %d\n", alive);
        return failed != 0;
    }
    qsort(latency, mails, sizeof *latency, ascending);
    printf("taken=%d failed=%d resumed=%d seconds=%.3f rate=%.1f median=%.2f p99=%.2f\n", taken, failed, resumed, seconds,
           taken / seconds, latency[mails / 2] * 1e3, latency[mails - 1 - mails / 100] * 1e3);
    return failed != 0;
}
