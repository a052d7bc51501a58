/*
 * load PORT|PATH MAP CONNECTIONS SECONDS DOMAINS DEPTH: asks a socketmap service for d0.example, d1.example, ... from so many
 * connections, each with DEPTH queries under way, one thread, epoll (edge-triggered). Every reply must be a policy "secure". Prints answers a
 * second, all answers, those that were not as they should be, and microseconds of own processor time for each.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { ROOM = 1 << 17, MOST = 1000 };

struct client {
    int socket, next, answered, have;
    char replies[ROOM];
};

static char **queries;
static int *lengths, domains, depth;

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int dial(const char *place) {
    int s;
    if (place[0] == '/') {
        struct sockaddr_un to = {.sun_family = AF_UNIX};
        snprintf(to.sun_path, sizeof to.sun_path, "%s", place);
        if ((s = socket(AF_UNIX, SOCK_STREAM, 0)) < 0 || connect(s, (struct sockaddr *)&to, sizeof to)) fail(place);
        return s;
    }
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(place)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if ((s = socket(AF_INET, SOCK_STREAM, 0)) < 0 || connect(s, (struct sockaddr *)&to, sizeof to)) fail(place);
    int one = 1;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return s;
}

static void ask(struct client *c) {
    if (send(c->socket, queries[c->next], lengths[c->next], MSG_NOSIGNAL) != lengths[c->next]) fail("send");
    c->next = (c->next + 1) % domains;
}

int main(int argc, char **argv) {
    if (argc != 7) return fprintf(stderr, "usage: load PORT|PATH MAP CONNECTIONS SECONDS DOMAINS DEPTH\n"), 2;
    int connections = atoi(argv[3]);
    double seconds = atof(argv[4]);
    domains = atoi(argv[5]);
    depth = atoi(argv[6]);
    queries = calloc(domains, sizeof *queries);
    lengths = calloc(domains, sizeof *lengths);
    for (int i = 0; i < domains; i++) {
        queries[i] = malloc(64 * depth);
        for (int j = 0; j < depth; j++) {
            char payload[64];
            int length = snprintf(payload, sizeof payload, "%s d%d.example", argv[2], (i + j) % domains);
            lengths[i] += sprintf(queries[i] + lengths[i], "%d:%s,", length, payload);
        }
    }
    int poll = epoll_create1(0);
    struct client *clients = calloc(connections, sizeof *clients);
    for (int i = 0; i < connections; i++) {
        struct client *c = clients + i;
        c->socket = dial(argv[1]);
        c->next = i * 7919 % domains;
        struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.ptr = c};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, c->socket, &e)) fail("epoll_ctl");
        ask(c);
    }
    long answers = 0, wrong = 0;
    double start = now(), end = start + seconds, at = start;
    while (at < end) {
        struct epoll_event events[MOST];
        int ready = epoll_wait(poll, events, MOST, 100);
        for (int i = 0; i < ready; i++) {
            struct client *c = events[i].data.ptr;
            int got = recv(c->socket, c->replies + c->have, ROOM - c->have, MSG_DONTWAIT); // all that is there: ROOM is more
            if (got <= 0) fail("the server hangs up");
            c->have += got;
            int from = 0;
            for (;;) {
                int length = 0, p = from;
                while (p < c->have && c->replies[p] >= '0' && c->replies[p] <= '9') length = length * 10 + c->replies[p++] - '0';
                if (p + 1 + length >= c->have) break;
                if (c->replies[p] != ':' || memcmp(c->replies + p + 1, "OK secure match=", 16) || c->replies[p + 1 + length] != ',') wrong++;
                from = p + 1 + length + 1;
                answers++;
                c->answered++;
            }
            c->have -= from;
            if (c->have && from) memmove(c->replies, c->replies + from, c->have);
            if (c->answered == depth) {
                c->answered = 0;
                ask(c);
            }
        }
        at = now();
    }
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    double cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    printf("%.0f %ld %ld %.1f\n", answers / (at - start), answers, wrong, answers ? cpu * 1e6 / answers : 0.0);
    return 0;
}
