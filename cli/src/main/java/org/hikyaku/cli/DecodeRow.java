package org.hikyaku.cli;

import java.util.List;
import java.util.Optional;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.talk.Protocol;
import org.hikyaku.capture.talk.TalkText;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;

/** One connection in a line of {@code hikyaku decode --list}. */
final class DecodeRow {
    private static final int[] WIDTHS = {12, 21, 21, 13};
    private static final int NUMBER = 3;

    private DecodeRow() {}

    static String header() {
        return columns("#", "time (UTC)", "client", "server", "what", "TLS, decrypted or why not")
                .toString();
    }

    /** By hand: String.format would be half of what it costs to show a short connection. */
    private static StringBuilder columns(String number, String... columns) {
        StringBuilder row = new StringBuilder(256);
        row.repeat(' ', Math.max(0, NUMBER - number.length())).append(number);
        for (int i = 0; i < columns.length; i++) {
            row.append("  ").append(columns[i]);
            if (i < WIDTHS.length) {
                row.repeat(' ', Math.max(0, WIDTHS[i] - columns[i].length()));
            }
        }
        while (row.charAt(row.length() - 1) == ' ') {
            row.setLength(row.length() - 1);
        }
        return row;
    }

    static String of(
            Connection connection,
            Protocol protocol,
            Optional<String> sum,
            CertificateNames names,
            List<DecodeJudge.Judged> judged,
            int width) {
        StringBuilder row = columns(
                        Integer.toString(connection.number()),
                        time(connection.nanos()),
                        connection.client().toString(),
                        connection.server().toString(),
                        what(connection, protocol),
                        TalkText.visible(tls(connection, names)))
                .append('\n');
        connection.tls().ifPresent(report -> {
            for (String line : Wrapped.lines(TalkText.visible(outcome(connection, report)), Math.max(40, width - 8))) {
                row.append("        ").append(line).append('\n');
            }
        });
        if (connection.tls().isEmpty() && connection.lostInClear() > 0) {
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
        for (DecodeJudge.Judged one : judged) {
            for (String line : Wrapped.lines(one.sentence(), Math.max(40, width - 8))) {
                row.append("        ").append(line).append('\n');
            }
        }
        sum.ifPresent(s -> row.append("        sha256 ").append(s).append('\n'));
        return row.toString();
    }

    /** Of the day, UTC: {@code 22:13:20.000}. */
    static String time(long nanos) {
        long millis = Math.floorMod(Math.floorDiv(nanos, 1_000_000L), 86_400_000L);
        int second = (int) (millis / 1000);
        StringBuilder text = new StringBuilder(12);
        twoDigits(text, second / 3600).append(':');
        twoDigits(text, second / 60 % 60).append(':');
        twoDigits(text, second % 60).append('.');
        return twoDigits(text, (int) (millis % 1000 / 10))
                .append((char) ('0' + millis % 10))
                .toString();
    }

    private static StringBuilder twoDigits(StringBuilder to, int n) {
        return to.append((char) ('0' + n / 10)).append((char) ('0' + n % 10));
    }

    static String what(Connection connection, Protocol protocol) {
        String name = protocol == Protocol.UNKNOWN && connection.tls().isPresent() ? "TLS" : protocol.title();
        return name + (connection.startTls() ? " STARTTLS" : "");
    }

    private static String tls(Connection connection, CertificateNames names) {
        Optional<TlsReport> report = connection.tls();
        if (report.isEmpty()) {
            return "in clear, "
                    + count(connection.clearBytes(Side.CLIENT) + connection.clearBytes(Side.SERVER), "byte");
        }
        TlsReport tls = report.get();
        StringBuilder text = new StringBuilder();
        text.append(tls.version().map(TlsVersion::title).orElse("TLS"));
        tls.suite()
                .map(DecodeRow::suite)
                .or(tls::suiteName)
                .ifPresent(s -> text.append(' ').append(s));
        tls.group().ifPresent(g -> text.append(' ').append(g));
        tls.serverName().ifPresent(n -> text.append(' ').append(n));
        if (tls.encryptedClientHello()) {
            text.append(" (outer name, ECH)");
        }
        tls.alpn().ifPresent(a -> text.append(" alpn ").append(a));
        if (tls.resumed()) {
            text.append(" resumed");
        }
        names.of(tls.serverChain()).ifPresent(c -> text.append(" cert ").append(c));
        return text.toString();
    }

    /** Key exchange and cipher of a suite; in TLS 1.3 the cipher is all there is. */
    private static String suite(CipherSuite suite) {
        return suite.tls13()
                ? suite.cipher().title()
                : suite.name().replace("TLS_", "").replace("_WITH_", " ");
    }

    static Optional<String> certificate(List<byte[]> chain) {
        return new CertificateNames().of(chain);
    }

    private static String outcome(Connection connection, TlsReport tls) {
        StringBuilder text = new StringBuilder();
        if (tls.decrypted()) {
            text.append("decrypted ")
                    .append(count(tls.decryptedBytes(Side.CLIENT), "byte"))
                    .append(" up, ")
                    .append(tls.decryptedBytes(Side.SERVER))
                    .append(" down");
            tls.keyOrigin().ifPresent(origin -> text.append(", by ").append(origin));
            if (tls.lostBytes() > 0) {
                text.append("; ").append(count(tls.lostBytes(), "byte")).append(" missing from the capture");
                connection
                        .neededSnapshotLength()
                        .ifPresent(n -> text.append(", cut by the snapshot length: ")
                                .append(n)
                                .append(" would have been enough"));
            }
            tls.dark().ifPresent(dark -> text.append("; not all: ").append(dark.sentence()));
            if (tls.dark().isEmpty() && tls.unopenedRecords() > 0) {
                text.append("; ").append(count(tls.unopenedRecords(), "record")).append(" did not open");
            }
        } else {
            text.append("not decrypted: ")
                    .append(tls.dark().map(dark -> dark.sentence()).orElse("no reason was found"));
        }
        for (String alert : tls.alerts()) {
            if (alert.contains("fatal")) {
                text.append("; alert of the ").append(alert);
            }
        }
        return text.toString();
    }

    static String count(long n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }
}
