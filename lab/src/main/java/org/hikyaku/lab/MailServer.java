package org.hikyaku.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hikyaku.lab.LabDomain.RequireTls;
import org.hikyaku.lab.LabDomain.Smtp;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;
import org.hikyaku.tls.TlsVersion;

/** An MX host: takes mail for everybody, and has the flaw that the catalogue gives it. One object serves one client. */
final class MailServer {
    private static final String REQUIRE_TLS = "REQUIRETLS";
    private static final Limit LINE = new Limit("bytes in a line sent to a mail server of the lab", 65_536);
    private static final Limit MESSAGE = new Limit("bytes in a mail sent to the lab", 50L << 20);

    private final LabService.Mail service;
    private final Supplier<LabTls> tls;
    private final Consumer<LabMail> mailbox;
    private final Guest guest;

    private LineReader lines;
    private OutputStream out;
    private Optional<TlsVersion> tlsVersion = Optional.empty();
    private Optional<Integer> replied = Optional.empty();
    private String ehlo = "";
    private Optional<String> from = Optional.empty();
    private List<String> parameters = List.of();
    private final List<String> to = new ArrayList<>();

    MailServer(LabService.Mail service, Supplier<LabTls> tls, Consumer<LabMail> mailbox, Guest guest)
            throws IOException {
        this.service = service;
        this.tls = tls;
        this.mailbox = mailbox;
        this.guest = guest;
        this.lines = reader(guest.connection().input());
        this.out = guest.connection().output();
    }

    void run() throws IOException {
        if (behaviour() == Smtp.GREETING_554) {
            reply("554 5.3.2 " + hostName() + " has no SMTP service for you");
            return;
        }
        reply("220 " + hostName() + " ESMTP lab");
        while (true) {
            Optional<LineReader.Line> line = lines.next();
            if (line.isEmpty() || !obeyed(line.get().latin1())) {
                return;
            }
        }
    }

    /** Obeys one command and tells of it; false ends the session. */
    private boolean obeyed(String line) throws IOException {
        Optional<TlsVersion> around = tlsVersion;
        if (!line.toUpperCase(Locale.ROOT).startsWith("STARTTLS")) {
            replied = Optional.empty();
            try {
                return command(line);
            } finally {
                guest.visit().command(line, around, replied);
            }
        }
        return startTls(line);
    }

    /** Obeys one command; false ends the session. */
    private boolean command(String line) throws IOException {
        String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
        switch (verb) {
            case "EHLO" -> ehlo(line);
            case "HELO" -> {
                begin(line);
                reply("250 " + hostName());
            }
            case "MAIL" -> mail(line);
            case "RCPT" -> rcpt(line);
            case "DATA" -> data();
            case "RSET" -> {
                forget();
                reply("250 2.0.0 ok");
            }
            case "NOOP" -> reply("250 2.0.0 ok");
            case "QUIT" -> {
                reply("221 2.0.0 bye");
                return false;
            }
            default -> reply("502 5.5.1 this server does not know " + verb.replaceAll("[^A-Z0-9-]", "?"));
        }
        return true;
    }

    private void ehlo(String line) throws IOException {
        begin(line);
        List<String> offers = new ArrayList<>(List.of(
                hostName() + " greets " + ehlo, "PIPELINING", "SIZE " + MESSAGE.value(), "8BITMIME", "SMTPUTF8"));
        if (tlsVersion.isEmpty() && behaviour() != Smtp.NO_STARTTLS) {
            offers.add("STARTTLS");
        }
        if (service.host().requireTls().offered(tlsVersion.isPresent())) {
            offers.add(REQUIRE_TLS);
        }
        offers.add("ENHANCEDSTATUSCODES");
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < offers.size(); i++) {
            text.append("250")
                    .append(i + 1 < offers.size() ? '-' : ' ')
                    .append(offers.get(i))
                    .append("\r\n");
        }
        replied = Optional.of(250);
        send(text.toString());
    }

    private boolean startTls(String line) throws IOException {
        Optional<TlsVersion> around = tlsVersion;
        if (tlsVersion.isPresent() || behaviour() == Smtp.NO_STARTTLS) {
            reply("502 5.5.1 STARTTLS is not offered");
        } else if (behaviour() == Smtp.STARTTLS_454) {
            reply("454 4.7.0 TLS not available due to temporary reason");
        } else {
            reply("220 2.0.0 go ahead");
        }
        // told before the handshake, which is told of by itself
        guest.visit().command(line, around, replied);
        return !replied.equals(Optional.of(220)) || goAhead();
    }

    private boolean goAhead() throws IOException {
        if (behaviour() == Smtp.GARBAGE) {
            byte[] hello = new byte[4096];
            InputStream in = guest.connection().input();
            if (in.read(hello) > 0) {
                send("this is no TLS record\r\n");
                guest.shutdownOutput();
                in.readNBytes(LINE_DRAIN);
            }
            return false;
        }
        LabTls.Inside inside = behaviour() == Smtp.TLS10
                ? tls.get().acceptTls10(guest)
                : tls.get().accept(guest);
        // RFC 3207 section 4.2: whatever was known from before is forgotten; a new reader holds nothing over
        tlsVersion = Optional.of(inside.version());
        lines = reader(inside.input());
        out = inside.output();
        ehlo = "";
        forget();
        return true;
    }

    /** How much of a client's answer to garbage is read before hanging up. */
    private static final int LINE_DRAIN = 65_536;

    private void mail(String line) throws IOException {
        if (ehlo.isEmpty()) {
            reply("503 5.5.1 EHLO first");
        } else if (from.isPresent()) {
            reply("503 5.5.1 a mail is already under way");
        } else {
            Optional<String> path = path(line, "FROM:");
            if (path.isEmpty()) {
                reply("501 5.5.4 MAIL FROM:<address> is needed");
                return;
            }
            List<String> asked = parameters(line);
            Optional<String> objection =
                    asked.stream().map(p -> p.split("=", 2)[0]).anyMatch(p -> p.equalsIgnoreCase(REQUIRE_TLS))
                            ? objectionToRequireTls(asked)
                            : Optional.empty();
            if (objection.isEmpty()) {
                from = path;
                parameters = asked;
            }
            reply(objection.orElse("250 2.1.0 ok"));
        }
    }

    /** RFC 8689 section 4.1 (Q1). */
    private Optional<String> objectionToRequireTls(List<String> asked) {
        RequireTls offer = service.host().requireTls();
        if (!offer.offered(tlsVersion.isPresent())) {
            return Optional.of("555 5.5.4 REQUIRETLS is not offered");
        }
        if (tlsVersion.isEmpty()) {
            return Optional.of("530 5.7.10 REQUIRETLS needs TLS");
        }
        if (asked.stream()
                                .filter(p -> p.toUpperCase(Locale.ROOT).startsWith(REQUIRE_TLS))
                                .count()
                        != 1
                || asked.stream().noneMatch(p -> p.equalsIgnoreCase(REQUIRE_TLS))) {
            return Optional.of("501 5.5.4 REQUIRETLS comes once and takes no value");
        }
        return offer == RequireTls.REFUSED
                ? Optional.of("550 5.7.30 REQUIRETLS cannot be kept on the way to the mailbox")
                : Optional.empty();
    }

    /** What follows the path of MAIL FROM. */
    private static List<String> parameters(String line) {
        String rest = line.substring(line.indexOf('>') + 1).strip();
        return rest.isEmpty() ? List.of() : List.of(rest.split(" +"));
    }

    private void rcpt(String line) throws IOException {
        Optional<String> path = path(line, "TO:");
        if (from.isEmpty()) {
            reply("503 5.5.1 MAIL first");
        } else if (path.isEmpty() || path.get().isEmpty()) {
            reply("501 5.5.4 RCPT TO:<address> is needed");
        } else {
            to.add(path.get());
            reply("250 2.1.5 ok");
        }
    }

    private void data() throws IOException {
        if (to.isEmpty()) {
            reply("503 5.5.1 RCPT first");
            return;
        }
        reply("354 go on, end with a dot");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            byte[] line = lines.next()
                    .orElseThrow(() -> new IOException("the client hung up in the middle of a mail"))
                    .content();
            if (line.length == 1 && line[0] == '.') {
                break;
            }
            int start = line.length > 0 && line[0] == '.' ? 1 : 0; // RFC 5321 section 4.5.2
            content.write(line, start, line.length - start);
            content.writeBytes(new byte[] {'\r', '\n'});
            MESSAGE.check(content.size());
        }
        LabMail mail = new LabMail(
                service.host().name(),
                service.address(),
                ehlo,
                from.orElse(""),
                parameters,
                to,
                content.toByteArray(),
                tlsVersion.map(TlsVersion::title));
        mailbox.accept(mail);
        guest.visit().mail(mail);
        forget();
        reply("250 2.0.0 taken");
    }

    private void begin(String line) {
        String[] words = line.split(" ", 2);
        ehlo = words.length > 1 && !words[1].isBlank() ? words[1].strip() : "somebody";
        forget();
    }

    private void forget() {
        from = Optional.empty();
        parameters = List.of();
        to.clear();
    }

    /** The address between the brackets after MAIL FROM: or RCPT TO:. */
    private static Optional<String> path(String line, String keyword) {
        int at = line.toUpperCase(Locale.ROOT).indexOf(keyword);
        int open = line.indexOf('<', at);
        int close = line.indexOf('>', open);
        return at < 0 || open < 0 || close < 0 ? Optional.empty() : Optional.of(line.substring(open + 1, close));
    }

    private Smtp behaviour() {
        return service.host().smtp();
    }

    private String hostName() {
        return service.host().name().toString(true);
    }

    private static LineReader reader(InputStream in) {
        return new LineReader(in, LineReader.Ends.LF_TOO, LINE);
    }

    private void reply(String line) throws IOException {
        replied = Optional.of(Integer.parseInt(line.substring(0, 3)));
        send(line + "\r\n");
    }

    private void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
