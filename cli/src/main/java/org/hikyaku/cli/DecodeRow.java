package org.hikyaku.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.talk.TalkText;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;

/** One connection in a line of {@code hikyaku decode --list}. */
final class DecodeRow {
    private static final int[] WIDTHS = {12, 21, 21, 13};
    private static final int NUMBER = 3;

    /** As many as the widest column has. */
    private static final String SPACES = " ".repeat(21);

    /** Columns that a row takes, nearly always; in fewer its last column stands below the others. */
    private static final int FULL = 100;

    private DecodeRow() {}

    static String header(int width) {
        StringBuilder header = width < FULL
                ? columns("#", "time (UTC)", "client", "server", "what")
                : columns("#", "time (UTC)", "client", "server", "what", "TLS, decrypted or why not");
        return header.toString();
    }

    /** By hand: String.format would be half of what it costs to show a short connection. */
    private static StringBuilder columns(String number, String... columns) {
        StringBuilder row = new StringBuilder(256);
        row.repeat(' ', Math.max(0, NUMBER - number.length())).append(number);
        for (int i = 0; i < columns.length; i++) {
            row.append("  ").append(columns[i]);
            if (i < WIDTHS.length && columns[i].length() < WIDTHS[i]) {
                row.append(SPACES, columns[i].length(), WIDTHS[i]);
            }
        }
        trim(row);
        return row;
    }

    private static void trim(StringBuilder row) {
        int length = row.length();
        while (row.charAt(length - 1) == ' ') {
            length--;
        }
        row.setLength(length);
    }

    /** Without streams and lambdas, as all here that is done for each connection: until the JVM's second compiler they are dear. */
    static String of(
            Connection connection,
            Protocol protocol,
            Optional<String> sum,
            CertificateNames names,
            List<DecodeJudge.Judged> judged,
            int width) {
        Optional<TlsReport> report = connection.tls();
        String number = Integer.toString(connection.number());
        String time = time(connection.nanos());
        String client = connection.client().toString();
        String server = connection.server().toString();
        String what = what(connection, protocol);
        String last = report.isPresent() ? tls(report.get(), names) : clear(connection);
        int room = Math.max(40, width - 8);
        StringBuilder row;
        if (width < FULL) {
            row = columns(number, time, client, server, what).append('\n');
            below(row, last, room);
        } else {
            row = columns(number, time, client, server, what, last).append('\n');
        }
        if (report.isPresent()) {
            below(row, outcome(connection, report.get()), room);
        } else if (connection.lostInClear() > 0) {
            row.append("        ")
                    .append(count(connection.lostInClear(), "byte"))
                    .append(" missing from the capture")
                    .append(
                            connection.neededSnapshotLength().isPresent()
                                    ? ", cut by the snapshot length: "
                                            + connection.neededSnapshotLength().getAsLong()
                                            + " would have been enough\n"
                                    : "\n");
        }
        for (int i = 0; i < judged.size(); i++) {
            below(row, TalkText.visible(judged.get(i).sentence()), room);
        }
        if (sum.isPresent()) {
            row.append("        sha256 ").append(sum.get()).append('\n');
        }
        return row.toString();
    }

    private static void below(StringBuilder row, String text, int width) {
        List<String> lines = Wrapped.lines(text, width);
        for (int i = 0; i < lines.size(); i++) {
            row.append("        ").append(lines.get(i)).append('\n');
        }
    }

    /** Of the day, UTC: {@code 22:13:20.000}. */
    static String time(long nanos) {
        int millis = (int) Math.floorMod(Math.floorDiv(nanos, 1_000_000L), 86_400_000L);
        int second = millis / 1000;
        byte[] text = new byte[12];
        twoDigits(text, 0, second / 3600, ':');
        twoDigits(text, 3, second / 60 % 60, ':');
        twoDigits(text, 6, second % 60, '.');
        twoDigits(text, 9, millis % 1000 / 10, (char) ('0' + millis % 10));
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void twoDigits(byte[] to, int at, int n, char then) {
        to[at] = (byte) ('0' + n / 10);
        to[at + 1] = (byte) ('0' + n % 10);
        to[at + 2] = (byte) then;
    }

    static String what(Connection connection, Protocol protocol) {
        String name = protocol == Protocol.UNKNOWN && connection.tls().isPresent() ? "TLS" : protocol.title();
        return connection.startTls() ? name.concat(" STARTTLS") : name;
    }

    private static String clear(Connection connection) {
        return "in clear, " + count(connection.clearBytes(Side.CLIENT) + connection.clearBytes(Side.SERVER), "byte");
    }

    private static String tls(TlsReport tls, CertificateNames names) {
        StringBuilder text = new StringBuilder(96);
        Optional<TlsVersion> version = tls.version();
        text.append(version.isPresent() ? version.get().title() : "TLS");
        Optional<CipherSuite> suite = tls.suite();
        word(text, " ", suite.isPresent() ? Optional.of(suite(suite.get())) : tls.suiteName());
        word(text, " ", tls.group());
        word(text, " ", tls.serverName());
        if (tls.encryptedClientHello()) {
            text.append(" (outer name, ECH)");
        }
        word(text, " alpn ", tls.alpn());
        if (tls.resumed()) {
            text.append(" resumed");
        }
        word(text, " cert ", names.of(tls.serverChain()));
        return text.toString();
    }

    private static void word(StringBuilder text, String before, Optional<String> word) {
        if (word.isPresent()) {
            text.append(before).append(TalkText.visible(word.get()));
        }
    }

    /** Key exchange and cipher of a suite; in TLS 1.3 the cipher is all there is. */
    static String suite(CipherSuite suite) {
        return suite.tls13()
                ? suite.cipher().title()
                : suite.name().replace("TLS_", "").replace("_WITH_", " ");
    }

    static Optional<String> certificate(List<byte[]> chain) {
        return new CertificateNames().of(chain);
    }

    private static String outcome(Connection connection, TlsReport tls) {
        StringBuilder text = new StringBuilder(128);
        Optional<Dark> dark = tls.dark();
        if (tls.decrypted()) {
            decrypted(text, connection, tls, dark);
        } else {
            text.append("not decrypted: ")
                    .append(dark.isPresent() ? TalkText.visible(dark.get().sentence()) : "no reason was found");
        }
        List<String> alerts = tls.alerts();
        for (int i = 0; i < alerts.size(); i++) {
            if (alerts.get(i).contains("fatal")) {
                text.append("; alert of the ").append(TalkText.visible(alerts.get(i)));
            }
        }
        return text.toString();
    }

    private static void decrypted(StringBuilder text, Connection connection, TlsReport tls, Optional<Dark> dark) {
        long up = tls.decryptedBytes(Side.CLIENT);
        text.append("decrypted ")
                .append(up)
                .append(up == 1 ? " byte up, " : " bytes up, ")
                .append(tls.decryptedBytes(Side.SERVER))
                .append(" down");
        word(text, ", by ", tls.keyOrigin());
        if (tls.lostBytes() > 0) {
            text.append("; ").append(count(tls.lostBytes(), "byte")).append(" missing from the capture");
            OptionalLong needed = connection.neededSnapshotLength();
            if (needed.isPresent()) {
                text.append(", cut by the snapshot length: ")
                        .append(needed.getAsLong())
                        .append(" would have been enough");
            }
        }
        if (dark.isPresent()) {
            text.append("; not all: ").append(TalkText.visible(dark.get().sentence()));
        } else if (tls.unopenedRecords() > 0) {
            text.append("; ").append(count(tls.unopenedRecords(), "record")).append(" did not open");
        }
    }

    static String count(long n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}
