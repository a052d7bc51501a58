package org.hikyaku.delivery;

import java.time.Duration;
import java.util.Locale;
import org.hikyaku.net.Addresses;

/** Writes a {@link DeliveryLine} as {@code key=value} pairs on one line; values with blanks in them stand in quotes. */
final class DeliveryLineText {
    private DeliveryLineText() {}

    static String of(DeliveryLine line) {
        StringBuilder text = new StringBuilder(320);
        text.append(line.queueId()).append(": to=<");
        escape(text, line.recipient());
        text.append('>');
        pair(text, "outcome", line.outcome().token());
        pair(text, "dsn", line.status().toString());
        pair(text, "host", line.host().orElse("none"));
        line.address().ifPresent(a -> {
            pair(text, "address", Addresses.text(a.getAddress()));
            pair(text, "port", String.valueOf(a.getPort()));
        });
        DeliveryLine.Tls tls = line.tls();
        pair(text, "trust", tls.trust().word());
        pair(text, "tls", tls.wanted() + "/" + tls.got());
        tls.session().ifPresent(s -> {
            pair(text, "version", s.version());
            pair(text, "cipher", s.cipher());
            s.group().ifPresent(g -> pair(text, "group", g));
            pair(text, "bits", String.valueOf(s.bits()));
        });
        tls.by().ifPresent(by -> quoted(text, "by", by));
        DeliveryLine.Delays delays = line.delays();
        pair(text, "delay", seconds(delays.all()));
        pair(
                text,
                "delays",
                seconds(delays.queued()) + "/" + seconds(delays.waited()) + "/" + seconds(delays.connecting()) + "/"
                        + seconds(delays.sending()));
        pair(text, "reused", line.reused() ? "yes" : "no");
        line.rule().ifPresent(r -> pair(text, "rule", r));
        line.reply().ifPresent(r -> quoted(text, "reply", r.toString()));
        quoted(text, "why", line.sentence());
        return text.toString();
    }

    private static void pair(StringBuilder text, String key, String value) {
        text.append(' ').append(key).append('=').append(value);
    }

    private static void quoted(StringBuilder text, String key, String value) {
        text.append(' ').append(key).append("=\"");
        escape(text, value);
        text.append('"');
    }

    /** No word of another's can end the value or the line. */
    private static void escape(StringBuilder text, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                text.append(c);
            }
        }
    }

    /** Seconds with three decimals. */
    static String seconds(Duration duration) {
        long millis = duration.toMillis();
        return millis / 1000 + "." + String.valueOf(1000 + millis % 1000).substring(1);
    }
}
