package org.hikyaku.tls.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;

/** The plaintext dialogue up to where TLS begins: greeting, STARTTLS. Reads byte by byte, so that nothing of TLS is swallowed. */
final class Opening {
    static final Limit LINE = new Limit("bytes in a line before TLS", 2048);
    static final Limit LINES = new Limit("lines in one answer before TLS", 100);

    private final Connection connection;
    private final Service service;
    private final ProbeOptions options;

    Opening(Connection connection, Service service, ProbeOptions options) {
        this.connection = connection;
        this.service = service;
        this.options = options;
    }

    /** Why TLS could not even begin. */
    static class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean temporary;
        private final boolean noStartTls;

        /** @param noStartTls the server says that it does not do STARTTLS, or not now */
        RefusedException(String message, boolean temporary, boolean noStartTls) {
            super(message);
            this.temporary = temporary;
            this.noStartTls = noStartTls;
        }

        /** The server asks to come back later: 421 and its kin. */
        boolean temporary() {
            return temporary;
        }

        boolean noStartTls() {
            return noStartTls;
        }
    }

    /** The connection ended without a word of why. */
    static final class HungUpException extends RefusedException {
        private static final long serialVersionUID = 1L;

        HungUpException() {
            super("the server closed the connection before TLS", true, false);
        }
    }

    /** Goes as far as the first byte of TLS. */
    void toTls() throws IOException {
        if (!service.startTls()) {
            return;
        }
        greet();
        start("");
    }

    /** Reads the greeting and, in SMTP, says EHLO. */
    void greet() throws IOException {
        connection.within(Deadline.after(options.greeting()));
        switch (service.talk()) {
            case SMTP -> {
                expectSmtp(smtp(), 220);
                List<String> ehlo = command("EHLO " + options.ehloName());
                expectSmtp(ehlo, 250);
                if (service.startTls()
                        && ehlo.stream()
                                .noneMatch(l -> l.toUpperCase(Locale.ROOT).endsWith("STARTTLS"))) {
                    throw new RefusedException("the server does not offer STARTTLS", false, true);
                }
            }
            case IMAP -> {
                String greeting = line();
                connection.within(Deadline.after(options.answer()));
                if (!greeting.startsWith("* OK") && !greeting.startsWith("* PREAUTH")) {
                    throw new RefusedException("the server greets with: " + greeting, true, false);
                }
            }
            case POP3 -> {
                String greeting = line();
                connection.within(Deadline.after(options.answer()));
                if (!greeting.startsWith("+OK")) {
                    throw new RefusedException("the server greets with: " + greeting, true, false);
                }
            }
            case HTTP, NONE -> connection.within(Deadline.after(options.answer()));
        }
    }

    /**
     * Asks for TLS.
     *
     * @param smuggled what is sent in the same segment behind the command
     */
    void start(String smuggled) throws IOException {
        switch (service.talk()) {
            case SMTP -> {
                send("STARTTLS\r\n" + smuggled);
                List<String> reply = smtp();
                if (code(reply) != 220) {
                    throw new RefusedException(
                            "STARTTLS is answered with: " + reply.getLast(), code(reply) == 421, true);
                }
            }
            case IMAP -> {
                send("a1 STARTTLS\r\n" + smuggled);
                String reply = line();
                for (int i = 0; reply.startsWith("* "); i++) {
                    LINES.check(i);
                    reply = line();
                }
                if (!reply.startsWith("a1 OK")) {
                    throw new RefusedException("STARTTLS is answered with: " + reply, false, true);
                }
            }
            case POP3 -> {
                send("STLS\r\n" + smuggled);
                String reply = line();
                if (!reply.startsWith("+OK")) {
                    throw new RefusedException("STLS is answered with: " + reply, false, true);
                }
            }
            case HTTP, NONE -> throw new IllegalStateException(service + " has no STARTTLS");
        }
        connection.within(Deadline.after(options.answer()));
    }

    /** An SMTP command and its reply, in the clear. */
    List<String> command(String command) throws IOException {
        send(command + "\r\n");
        return smtp();
    }

    static int code(List<String> reply) {
        String last = reply.getLast();
        return last.length() >= 3 && last.chars().limit(3).allMatch(c -> c >= '0' && c <= '9')
                ? Integer.parseInt(last.substring(0, 3))
                : 0;
    }

    private void send(String text) throws IOException {
        // Tarpits answer each command late: the time is for one reply.
        connection.within(Deadline.after(options.answer()));
        connection.output().write(text.getBytes(StandardCharsets.US_ASCII));
        connection.output().flush();
    }

    private void expectSmtp(List<String> reply, int wanted) throws RefusedException {
        if (code(reply) != wanted) {
            throw new RefusedException("the server answers: " + reply.getLast(), code(reply) / 100 == 4, false);
        }
    }

    private List<String> smtp() throws IOException {
        List<String> lines = new ArrayList<>();
        do {
            LINES.check(lines.size() + 1);
            lines.add(line());
        } while (lines.getLast().length() > 3 && lines.getLast().charAt(3) == '-');
        return lines;
    }

    private String line() throws IOException {
        InputStream in = connection.input();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new HungUpException();
            }
            LINE.check(line.size() + 1);
            line.write(b);
        }
        // Others' text goes to a terminal: control characters become question marks.
        return line.toString(StandardCharsets.ISO_8859_1).strip().replaceAll("\\p{Cntrl}", "?");
    }
}
