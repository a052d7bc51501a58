package org.hikyaku.dns;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Deadline;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

/**
 * One question from beginning to end: rounds over the servers by UDP with growing time-outs, TCP for truncated
 * answers, TCP as a last try where UDP brought nothing, and the sentence when all was in vain.
 */
final class StubQuery {

    /** Of the time there is, this much is left for TCP in case that UDP does not get through. */
    private static final int TCP_SHARE = 4;

    /** Where a server stands in this question. */
    private enum Standing {
        /** Not heard of yet: may be tried again. */
        SILENT,
        /** The network says that nobody listens on its UDP port. */
        NO_UDP,
        /** It answered, and the answer is of no use. */
        FAILED
    }

    private final Question question;
    private final List<InetSocketAddress> servers;
    private final StubOptions options;
    private final UdpSockets udp;
    private final TcpExchange tcp;
    private final AtomicInteger preferred;
    private final WireQuery query;
    private final Standing[] standing;
    private final Map<Failure.Kind, List<String>> failures = new EnumMap<>(Failure.Kind.class);

    StubQuery(
            Question question,
            List<InetSocketAddress> servers,
            StubOptions options,
            UdpSockets udp,
            TcpExchange tcp,
            AtomicInteger preferred) {
        this.question = question;
        this.servers = servers;
        this.options = options;
        this.udp = udp;
        this.tcp = tcp;
        this.preferred = preferred;
        this.query = new WireQuery(question, options.payload());
        this.standing = new Standing[servers.size()];
        Arrays.fill(standing, Standing.SILENT);
    }

    Reply ask(Deadline deadline) throws InterruptedException {
        Duration all = deadline.remaining();
        long straysBefore = udp.strays();
        Optional<Reply> reply = overUdp(deadline, deadline.orAfter(all.minus(all.dividedBy(TCP_SHARE))));
        if (reply.isEmpty()) {
            reply = overTcpAsLastTry(deadline);
        }
        return reply.orElseGet(() -> inVain(all, udp.strays() - straysBefore));
    }

    private Optional<Reply> overUdp(Deadline deadline, Deadline udpDeadline) throws InterruptedException {
        UdpExchange exchange = new UdpExchange(query);
        int first = preferred.get();
        try {
            for (int round = 0; round < options.rounds(); round++) {
                Duration wait = options.firstTimeout().multipliedBy(1L << Math.min(round, 16));
                for (int i = 0; i < servers.size(); i++) {
                    int server = (first + i) % servers.size();
                    if (udpDeadline.passed()) {
                        return Optional.empty();
                    }
                    if (standing[server] != Standing.SILENT) {
                        continue;
                    }
                    Optional<Reply> reply = oneTry(exchange, server, udpDeadline.orAfter(wait), deadline);
                    if (reply.isPresent()) {
                        return reply;
                    }
                }
            }
            return Optional.empty();
        } finally {
            exchange.end();
        }
    }

    /** Sends once and waits; an answer to an earlier try counts too, whichever server it comes from. */
    private Optional<Reply> oneTry(UdpExchange exchange, int server, Deadline patience, Deadline deadline)
            throws InterruptedException {
        try {
            udp.send(exchange, server);
        } catch (IOException e) {
            standing[server] = Standing.NO_UDP;
            return Optional.empty();
        }
        while (standing[server] == Standing.SILENT) {
            UdpExchange.Outcome outcome;
            try {
                outcome = exchange.await(patience.remaining());
            } catch (TimeoutException e) {
                return Optional.empty();
            }
            switch (outcome) {
                case UdpExchange.Outcome.Heard(int from, ByteBuffer message) -> {
                    Optional<Reply> reply =
                            WireMessage.isTruncated(message) ? overTcp(from, deadline) : judge(from, message);
                    if (reply.isPresent()) {
                        return reply;
                    }
                }
                case UdpExchange.Outcome.Unreachable(int from, String why) -> standing[from] = Standing.NO_UDP;
            }
        }
        return Optional.empty();
    }

    private Optional<Reply> overTcpAsLastTry(Deadline deadline) throws InterruptedException {
        long left = Arrays.stream(standing).filter(s -> s != Standing.FAILED).count();
        int first = preferred.get();
        for (int i = 0; i < servers.size(); i++) {
            int server = (first + i) % servers.size();
            if (standing[server] == Standing.FAILED) {
                continue;
            }
            Deadline share = deadline.orAfter(deadline.remaining().dividedBy(Math.max(1, left--)));
            Optional<Reply> reply = overTcp(server, share);
            if (reply.isPresent()) {
                return reply;
            }
        }
        return Optional.empty();
    }

    private Optional<Reply> overTcp(int server, Deadline deadline) throws InterruptedException {
        boolean noUdp = standing[server] == Standing.NO_UDP;
        standing[server] = Standing.FAILED;
        try {
            return judge(server, tcp.ask(query, servers.get(server), deadline));
        } catch (WireMessage.MalformedException e) {
            fail(
                    Failure.Kind.MALFORMED,
                    says(server) + " sent an answer over TCP that is of no use: " + e.getMessage());
        } catch (SocketTimeoutException e) {
            fail(Failure.Kind.TIMEOUT, says(server) + " did not answer in time, over UDP or TCP");
        } catch (ConnectException e) {
            fail(
                    noUdp ? Failure.Kind.UNREACHABLE : Failure.Kind.TIMEOUT,
                    noUdp
                            ? "nothing listens at " + address(server) + ", neither on UDP nor on TCP"
                            : says(server) + " gave no usable answer over UDP and refused a TCP connection");
        } catch (IOException e) {
            fail(
                    Failure.Kind.UNREACHABLE,
                    "the resolver at " + address(server) + " cannot be reached: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** A reply that settles the question, or empty when the next server must be asked. */
    private Optional<Reply> judge(int server, ByteBuffer bytes) {
        Message message;
        try {
            message = WireMessage.parse(bytes);
        } catch (WireMessage.MalformedException e) {
            standing[server] = Standing.FAILED;
            fail(Failure.Kind.MALFORMED, says(server) + " sent bytes that are no DNS message: " + e.getMessage());
            return Optional.empty();
        }
        int rcode = message.getRcode();
        if (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN || rcode == Rcode.YXDOMAIN) {
            preferred.set(server);
            return Optional.of(new Reply.Received(message));
        }
        standing[server] = Standing.FAILED;
        String answered = says(server) + " answered " + Rcode.string(rcode);
        boolean noEdns = message.getOPT() == null && (rcode == Rcode.FORMERR || rcode == Rcode.NOTIMP);
        if (noEdns) {
            // RFC 6891 section 7: how a server without EDNS refuses it. DNSSEC needs EDNS (RFC 4035 section 3).
            fail(
                    Failure.Kind.DNSSEC_STRIPPED,
                    answered + " because it does not know EDNS, so it cannot hand out DNSSEC records;"
                            + " use a resolver that can");
        } else {
            String why = WireMessage.extendedErrors(message);
            fail(
                    rcode == Rcode.SERVFAIL ? Failure.Kind.SERVFAIL : Failure.Kind.REFUSED,
                    why.isEmpty() ? answered : answered + " (" + why + ")");
        }
        return Optional.empty();
    }

    private void fail(Failure.Kind kind, String what) {
        failures.computeIfAbsent(kind, k -> new ArrayList<>(1)).add(what);
    }

    /** What a server said weighs more than what one did not. */
    private static int weight(Failure.Kind kind) {
        return switch (kind) {
            case SERVFAIL -> 0;
            case REFUSED -> 1;
            case DNSSEC_STRIPPED -> 2;
            case MALFORMED -> 3;
            case LIMIT, UNANSWERABLE -> 4;
            case TIMEOUT -> 5;
            case UNREACHABLE -> 6;
        };
    }

    /** @param strays datagrams that were not believed while this question waited; other questions may have waited too */
    private Reply inVain(Duration time, long strays) {
        Failure.Kind kind = failures.keySet().stream()
                .min(Comparator.comparingInt(StubQuery::weight))
                .orElse(Failure.Kind.TIMEOUT);
        String all = failures.isEmpty()
                ? "no resolver answered within " + time.toMillis() + " ms"
                : failures.values().stream().flatMap(List::stream).collect(Collectors.joining("; "));
        String notBelieved = strays == 0
                ? ""
                : " Meanwhile " + (strays == 1 ? "an answer" : strays + " answers")
                        + " arrived that, by id or content, fit no question of ours; late or forged, "
                        + (strays == 1 ? "it was" : "they were") + " not believed.";
        return new Reply.Unusable(new Failure(kind, question + ": " + all + "." + notBelieved));
    }

    private String says(int server) {
        return "the resolver at " + address(server);
    }

    private String address(int server) {
        return Addresses.text(servers.get(server));
    }
}
