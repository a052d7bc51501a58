package org.hikyaku.cli;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Network;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SmtpAttempt;
import org.hikyaku.smtp.SmtpClient;
import org.hikyaku.smtp.SmtpClientOptions;
import org.hikyaku.smtp.TlsUse;
import org.hikyaku.tls.TlsClient;

/**
 * Which of the ports for mail are open at which address: 25 between servers, 465 for clients with TLS first, 587 for
 * clients with STARTTLS. Some networks block some of them, and not the same ones over IPv4 and IPv6.
 *
 * @param addresses the columns
 * @param rows one for each port
 */
record PortTable(List<InetAddress> addresses, List<Row> rows) {
    static final List<Integer> PORTS = List.of(25, 465, 587);

    /** More addresses than this are not tried: they do not fit side by side, and a pool answers alike. */
    private static final int MOST_ADDRESSES = 6;

    /** What came of one port at one address. */
    enum State {
        /** SMTP answers there. */
        OPEN("open"),
        /** A connection, and then no greeting or handshake. */
        SILENT("connects, then silence"),
        /** A connection, and then something else than mail. */
        STRANGE("connects, no mail"),
        /** A greeting that turns us away. */
        TURNED_AWAY("turned away"),
        REFUSED("refused"),
        /** Nothing came back: filtered. */
        NO_ANSWER("no answer"),
        NO_ROUTE("no route");

        private final String title;

        State(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }

        String token() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A port with one cell for each address. */
    record Row(int port, List<Cell> cells) {}

    record Cell(State state, String sentence) {}

    PortTable {
        addresses = List.copyOf(addresses);
        rows = List.copyOf(rows);
    }

    /** Tries all at once. */
    static PortTable of(List<InetAddress> all, Network network, TlsClient tls, SmtpClientOptions options) {
        List<InetAddress> addresses = all.stream().limit(MOST_ADDRESSES).toList();
        SmtpClient client = new SmtpClient(network, tls, options);
        List<Row> rows = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<List<Future<Cell>>> asked = new ArrayList<>();
            for (int port : PORTS) {
                asked.add(addresses.stream()
                        .map(a -> threads.submit(() -> look(client, new InetSocketAddress(a, port))))
                        .toList());
            }
            for (int i = 0; i < PORTS.size(); i++) {
                rows.add(new Row(
                        PORTS.get(i),
                        asked.get(i).stream().map(PortTable::result).toList()));
            }
        }
        return new PortTable(addresses, rows);
    }

    private static Cell result(Future<Cell> cell) {
        try {
            return cell.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ports were tried", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private static Cell look(SmtpClient client, InetSocketAddress address) {
        SmtpAttempt attempt =
                client.open(address, address.getPort() == 465 ? TlsUse.IMPLICIT : TlsUse.NONE, Optional.empty());
        attempt.session().ifPresent(MailSession::quit);
        return switch (attempt.outcome()) {
            case SessionOutcome.Established _, SessionOutcome.NoStartTls _ -> new Cell(State.OPEN, "");
            case SessionOutcome.HandshakeFailed failed ->
                new Cell(
                        switch (failed.failure().stage()) {
                            case TIMEOUT -> State.SILENT;
                            case NOT_TLS -> State.STRANGE;
                            // A server that says no to our TLS is there all the same.
                            case HELLO, AUTHENTICATION, FINISHED, CLOSED ->
                                failed.failure().alert().isPresent() ? State.OPEN : State.STRANGE;
                        },
                        failed.failure().sentence());
            case SessionOutcome.NotReached not ->
                new Cell(
                        switch (not.reason()) {
                            case REFUSED -> State.REFUSED;
                            case NO_ROUTE -> State.NO_ROUTE;
                            case TIMEOUT -> attempt.connected() ? State.SILENT : State.NO_ANSWER;
                            case BROKEN, LIMIT -> attempt.connected() ? State.STRANGE : State.NO_ANSWER;
                            case TURNED_AWAY, TURNED_AWAY_FOR_NOW -> State.TURNED_AWAY;
                        },
                        not.sentence());
        };
    }

    /** The first of these ports that is open at some address. */
    Optional<Integer> open(List<Integer> preferred) {
        return preferred.stream()
                .filter(port -> rows.stream()
                        .anyMatch(r -> r.port() == port && r.cells().stream().anyMatch(c -> c.state() == State.OPEN)))
                .findFirst();
    }

    /** What the differences mean. */
    List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (Row row : rows) {
            boolean open4 = any(row, false, State.OPEN);
            boolean open6 = any(row, true, State.OPEN);
            boolean lost4 = any(row, false, State.NO_ANSWER) || any(row, false, State.NO_ROUTE);
            boolean lost6 = any(row, true, State.NO_ANSWER) || any(row, true, State.NO_ROUTE);
            if (open4 && !open6 && lost6) {
                remarks.add(
                        "Port " + row.port() + " answers over IPv4 and not over IPv6: something on the way filters it"
                                + " there, or the server's firewall forgot IPv6.");
            } else if (open6 && !open4 && lost4) {
                remarks.add(
                        "Port " + row.port() + " answers over IPv6 and not over IPv4: something on the way filters it"
                                + " there, as some IPv6 transition services do.");
            }
        }
        Row smtp = rows.getFirst();
        boolean others = rows.stream().skip(1).anyMatch(r -> r.cells().stream().anyMatch(c -> c.state() == State.OPEN));
        if (others
                && smtp.cells().stream().allMatch(c -> c.state() == State.NO_ANSWER || c.state() == State.NO_ROUTE)) {
            remarks.add("Port 25 gets no answer while others do: many networks block it on the way out. Clients use 465"
                    + " or 587.");
        }
        return remarks;
    }

    private boolean any(Row row, boolean ipv6, State state) {
        for (int i = 0; i < addresses.size(); i++) {
            if (addresses.get(i) instanceof Inet6Address == ipv6
                    && row.cells().get(i).state() == state) {
                return true;
            }
        }
        return false;
    }

    void print(Terminal terminal) {
        List<String> heads = addresses.stream()
                .map(a -> (a instanceof Inet6Address ? "IPv6 " : "IPv4 ") + Addresses.text(a))
                .toList();
        StringBuilder head = new StringBuilder("port");
        for (String h : heads) {
            head.append("  ").append(padded(h, width(h)));
        }
        terminal.out().println(terminal.paint(Paint.STRONG, head.toString().stripTrailing()));
        for (Row row : rows) {
            StringBuilder line = new StringBuilder(padded(String.valueOf(row.port()), 4));
            for (int i = 0; i < heads.size(); i++) {
                State state = row.cells().get(i).state();
                line.append("  ")
                        .append(terminal.paint(
                                state == State.OPEN ? Paint.GOOD : Paint.DOUBTFUL,
                                padded(state.title(), width(heads.get(i)))));
            }
            terminal.out().println(line.toString().stripTrailing());
        }
        remarks().forEach(r -> Wrapped.lines(r, terminal.width()).forEach(terminal.out()::println));
        terminal.out().println();
    }

    private static int width(String head) {
        return Math.max(head.length(), State.SILENT.title().length());
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
