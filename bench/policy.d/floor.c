/*
 * floor PORT PATH: the least that a server of this protocol can do, for comparison: it gives the same answer to whatever is asked, once
 * for each comma, and looks at nothing. One thread, epoll (edge-triggered), recv and send.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST = 512, DEEPEST = 1024 };

static const char answer[] = "88:OK secure match=mx1.d100.example:mx2.d100.example:.mail.d100.example servername=hostname,";

static void fail(const char *what) {
    perror(what);
    exit(2);
}

static int door(const char *place) {
    int s, one = 1;
    if (place[0] == '/') {
        struct sockaddr_un at = {.sun_family = AF_UNIX};
        snprintf(at.sun_path, sizeof at.sun_path, "%s", place);
        if ((s = socket(AF_UNIX, SOCK_STREAM, 0)) < 0 || bind(s, (struct sockaddr *)&at, sizeof at)) fail(place);
    } else {
        struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(atoi(place)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t length = sizeof at;
        if ((s = socket(AF_INET, SOCK_STREAM, 0)) < 0 || setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) ||
            bind(s, (struct sockaddr *)&at, sizeof at) || getsockname(s, (struct sockaddr *)&at, &length)) fail(place);
        printf("%d\n", ntohs(at.sin_port));
        fflush(stdout);
    }
    if (listen(s, 1024)) fail("listen");
    return s;
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: floor PORT PATH\n"), 2;
    static char in[1 << 16], out[DEEPEST * sizeof answer];
    size_t length = strlen(answer);
    for (int i = 0; i < DEEPEST; i++) memcpy(out + i * length, answer, length);
    int poll = epoll_create1(0), doors[] = {door(argv[2]), door(argv[1])};
    for (int i = 0; i < 2; i++) {
        struct epoll_event e = {.events = EPOLLIN, .data.fd = doors[i]};
        if (epoll_ctl(poll, EPOLL_CTL_ADD, doors[i], &e)) fail("epoll_ctl");
    }
    for (;;) {
        struct epoll_event events[MOST];
        int ready = epoll_wait(poll, events, MOST, -1);
        for (int i = 0; i < ready; i++) {
            int s = events[i].data.fd;
            if (s == doors[0] || s == doors[1]) {
                struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.fd = accept(s, NULL, NULL)};
                if (epoll_ctl(poll, EPOLL_CTL_ADD, e.data.fd, &e)) fail("epoll_ctl");
                continue;
            }
            ssize_t got = recv(s, in, sizeof in, MSG_DONTWAIT);
            if (got <= 0) {
                close(s);
                continue;
            }
            int asked = 0;
            for (ssize_t at = 0; at < got; at++) asked += in[at] == ',';
            if (asked > DEEPEST) fail("too many at once");
            send(s, out, asked * length, MSG_DONTWAIT | MSG_NOSIGNAL); // nothing else: who has gone is told of by recv
        }
    }
}
