/* sink: takes mails by SMTP, with STARTTLS on the second port, throws them away and counts them.
 *
 *     cc -O2 -o sink sink.c -lssl -lcrypto -lpthread        (OpenSSL; bench/relay takes BoringSSL where it is installed)
 *     sink ADDRESS PLAIN_PORT TLS_PORT CERTIFICATE.pem KEY.pem COUNTER
 *
 * COUNTER is a file of three native 64-bit numbers: mails, connections and full handshakes so far. Offers PIPELINING.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

struct peer {
    int fd, offers_tls;
    SSL *tls;
    int from, to;
    char buffer[65536];
    int answered;
    char answers[8192];
};

static SSL_CTX *context;
static _Atomic long *counter;

static int put(struct peer *p, const char *bytes, int length) {
    while (length > 0) {
        int n = p->tls ? SSL_write(p->tls, bytes, length) : write(p->fd, bytes, length);
        if (n <= 0) return -1;
        bytes += n;
        length -= n;
    }
    return 0;
}

static int flush(struct peer *p) {
    int result = p->answered ? put(p, p->answers, p->answered) : 0;
    p->answered = 0;
    return result;
}

static int answer(struct peer *p, const char *line) {
    int length = strlen(line);
    if (p->answered + length > (int)sizeof p->answers && flush(p)) return -1;
    memcpy(p->answers + p->answered, line, length);
    p->answered += length;
    return 0;
}

/* More bytes, after what was answered so far has gone out. */
static int fill(struct peer *p) {
    if (flush(p)) return -1;
    if (p->from == p->to) p->from = p->to = 0;
    if (p->to == sizeof p->buffer) {
        memmove(p->buffer, p->buffer + p->from, p->to - p->from);
        p->to -= p->from;
        p->from = 0;
        if (p->to == sizeof p->buffer) return -1;
    }
    int space = sizeof p->buffer - p->to;
    int n = p->tls ? SSL_read(p->tls, p->buffer + p->to, space) : read(p->fd, p->buffer + p->to, space);
    if (n <= 0) return -1;
    p->to += n;
    return 0;
}

static char *line(struct peer *p) {
    char *end;
    while (!(end = memchr(p->buffer + p->from, '\n', p->to - p->from)))
        if (fill(p)) return NULL;
    char *start = p->buffer + p->from;
    p->from = end + 1 - p->buffer;
    return start;
}

static int content(struct peer *p) {
    for (;;) {
        char *start = line(p);
        if (!start) return -1;
        if (start[0] == '.' && start[1] == '\r') return 0;
    }
}

static int start_tls(struct peer *p) {
    if (answer(p, "220 go ahead\r\n") || flush(p)) return -1;
    p->tls = SSL_new(context);
    SSL_set_fd(p->tls, p->fd);
    if (SSL_accept(p->tls) != 1) return -1;
    if (!SSL_session_reused(p->tls)) counter[2]++;
    p->from = p->to = 0;
    return 0;
}

static int command(struct peer *p, char *c) {
    if (!strncasecmp(c, "EHLO", 4))
        return answer(p, p->offers_tls && !p->tls ? "250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 STARTTLS\r\n"
                                                  : "250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
    if (!strncasecmp(c, "STARTTLS", 8)) return start_tls(p);
    if (!strncasecmp(c, "DATA", 4)) {
        if (answer(p, "354 go on\r\n") || content(p)) return -1;
        counter[0]++;
        return answer(p, "250 taken\r\n");
    }
    if (!strncasecmp(c, "QUIT", 4)) {
        answer(p, "221 bye\r\n");
        flush(p);
        return -1;
    }
    return answer(p, "250 ok\r\n");
}

static void *serve(void *argument) {
    struct peer *p = argument;
    char *c;
    counter[1]++;
    if (answer(p, "220 sink.example ESMTP\r\n") == 0)
        while ((c = line(p)) && command(p, c) == 0) { }
    if (p->tls) SSL_free(p->tls);
    close(p->fd);
    free(p);
    return NULL;
}

static const char *address;

static void *listen_on(void *argument) {
    const char *port = ((const char **)argument)[0];
    int offers_tls = ((const char **)argument)[1] != NULL, one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(port))};
    inet_pton(AF_INET, address, &a.sin_addr);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 4096)) {
        perror(port);
        exit(1);
    }
    for (;;) {
        struct peer *p = malloc(sizeof *p);
        pthread_t thread;
        p->fd = accept(fd, NULL, NULL);
        p->offers_tls = offers_tls;
        p->tls = NULL;
        p->from = p->to = p->answered = 0;
        setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (pthread_create(&thread, NULL, serve, p)) {
            close(p->fd);
            free(p);
        } else {
            pthread_detach(thread);
        }
    }
    return NULL;
}

int main(int count, char **argument) {
    if (count != 7) {
        fprintf(stderr, "usage: sink ADDRESS PLAIN_PORT TLS_PORT CERTIFICATE KEY COUNTER\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    address = argument[1];
    context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(context, argument[4]) != 1
        || SSL_CTX_use_PrivateKey_file(context, argument[5], SSL_FILETYPE_PEM) != 1)
        return 2;
    int fd = open(argument[6], O_RDWR | O_CREAT, 0600);
    if (ftruncate(fd, 24)) return 2;
    counter = mmap(NULL, 24, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    const char *plain[] = {argument[2], NULL}, *tls[] = {argument[3], "tls"};
    pthread_t other;
    pthread_create(&other, NULL, listen_on, plain);
    listen_on(tls);
    return 0;
}
