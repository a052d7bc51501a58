package org.hikyaku.capture.tls;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.net.Limit;

/**
 * Takes keys out of what {@code openssl s_client} prints: the hex dumps of {@code -msg}, where the ClientHello's random
 * stands in bytes 7 to 38 of the handshake message, and the block {@code SSL-Session:} with {@code Session-ID:} and
 * {@code Master-Key:}. Lines of a key log that stand between them (some programs write theirs to where openssl prints) are taken as
 * they are. One text may hold several connections.
 */
public final class OpenSslOutput {
    static final Limit MESSAGE = new Limit("bytes of a handshake message in the output of openssl", 1 << 20);

    /**
     * What was found.
     *
     * @param lines key log lines
     * @param remarks what could not be used, and why, a sentence each
     */
    public record Found(List<String> lines, List<String> remarks) {}

    private final List<String> lines = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final StringBuilder dump = new StringBuilder();
    private boolean inHello;
    private int wanted;
    private String random = "";
    private String sessionId = "";
    private boolean tls13;
    private boolean logged;
    private int hellos;

    private OpenSslOutput() {}

    /** Reads to the end. */
    public static Found read(BufferedReader in) throws IOException {
        OpenSslOutput output = new OpenSslOutput();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            output.line(line.strip());
        }
        output.closeHello();
        output.end();
        return new Found(List.copyOf(output.lines), List.copyOf(output.remarks));
    }

    private void line(String line) {
        if (line.startsWith(">>> ") || line.startsWith("<<< ")) {
            closeHello();
            inHello = line.startsWith(">>> ") && line.endsWith("ClientHello") && line.contains("Handshake");
            if (inHello) {
                wanted = length(line);
                dump.setLength(0);
            }
        } else if (inHello && isDump(line)) {
            if (dump.length() < 2 * MESSAGE.value()) {
                dump.append(line.replace(" ", ""));
            }
            if (wanted > 0 && dump.length() >= 2 * wanted) {
                closeHello();
            }
        } else {
            closeHello();
            session(line);
        }
    }

    /** {@code >>> TLS 1.2, Handshake [length 013d], ClientHello}. */
    private static int length(String line) {
        int at = line.indexOf("[length ");
        int end = line.indexOf(']', at);
        try {
            return at < 0 || end < 0 ? 0 : Integer.parseInt(line.substring(at + 8, end), 16);
        } catch (NumberFormatException e) {
            return 0; // then the dump ends where the hex ends
        }
    }

    private static boolean isDump(String line) {
        if (line.length() < 2) {
            return false;
        }
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            boolean hex = c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
            if (i % 3 == 2 ? c != ' ' : !hex) {
                return false;
            }
        }
        return true;
    }

    private void closeHello() {
        if (!inHello) {
            return;
        }
        inHello = false;
        String hex = dump.toString().toLowerCase(Locale.ROOT);
        // Type, 24-bit length, version, then 32 random bytes.
        if (hex.length() < 2 * 38 || !hex.startsWith("01")) {
            remarks.add("a ClientHello is cut: its dump has " + hex.length() / 2 + " bytes, and the random ends at 38");
            return;
        }
        hellos++;
        random = hex.substring(12, 76);
    }

    private void session(String line) {
        if (isKeyLogLine(line)) {
            logged = true;
            lines.add(line);
        } else if (line.startsWith("Protocol") && line.contains("TLSv1.3") || line.contains("New, TLSv1.3")) {
            tls13 = true;
        } else if (line.startsWith("Protocol") || line.startsWith("New, TLSv1.") || line.startsWith("New, SSLv3")) {
            tls13 = false;
        } else if (line.startsWith("Session-ID:")) {
            sessionId = line.substring("Session-ID:".length()).strip();
        } else if (line.startsWith("Master-Key:")) {
            String master = line.substring("Master-Key:".length()).strip().toLowerCase(Locale.ROOT);
            if (master.isEmpty() || !isHex(master)) {
                tls13Remark();
            } else {
                master(master);
            }
        } else if (line.startsWith("Resumption PSK:") && tls13) {
            tls13Remark();
        }
    }

    private void master(String master) {
        if (master.length() != 96) {
            remarks.add("a Master-Key has " + master.length() / 2 + " bytes instead of 48: passed over");
            return;
        }
        Optional<String> id = Optional.of(sessionId.toLowerCase(Locale.ROOT)).filter(i -> !i.isEmpty() && isHex(i));
        if (!random.isEmpty()) {
            lines.add(SecretLabel.CLIENT_RANDOM.name() + " " + random + " " + master);
        }
        id.ifPresent(i -> lines.add("RSA Session-ID:" + i + " Master-Key:" + master));
        if (random.isEmpty() && id.isEmpty()) {
            remarks.add("a Master-Key stands there with neither a ClientHello (-msg) before it nor a Session-ID");
        }
        random = "";
        sessionId = "";
    }

    private void tls13Remark() {
        String sentence = "a session of TLS 1.3: openssl prints no Master-Key for it, since there is none; use"
                + " s_client -keylogfile FILE";
        if (!logged && !remarks.contains(sentence)) {
            remarks.add(sentence);
        }
        random = "";
    }

    private void end() {
        if (lines.isEmpty() && remarks.isEmpty()) {
            remarks.add(
                    hellos > 0
                            ? "there is a ClientHello but no Master-Key: a session of TLS 1.3 has none (use s_client"
                                    + " -keylogfile FILE), and before it the session block is printed only without -quiet"
                            : "neither a ClientHello of -msg nor a Master-Key was found");
        }
    }

    /** RFC 9850 section 2: a label, 32 random bytes and a secret; or NSS's line with the beginning of the premaster secret. */
    private static boolean isKeyLogLine(String line) {
        int first = line.indexOf(' ');
        int second = line.indexOf(' ', first + 1);
        if (first < 0 || second < 0) {
            return false;
        }
        String label = line.substring(0, first);
        String name = line.substring(first + 1, second);
        String secret = line.substring(second + 1);
        boolean known = label.equals("RSA")
                ? name.length() == 16
                : SecretLabel.of(label).isPresent() && name.length() == 64;
        return known && isHex(name) && !secret.isEmpty() && isHex(secret);
    }

    private static boolean isHex(String text) {
        return text.length() % 2 == 0 && text.chars().allMatch(c -> HexFormat.isHexDigit(c));
    }
}
