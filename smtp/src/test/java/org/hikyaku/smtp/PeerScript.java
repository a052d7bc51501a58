package org.hikyaku.smtp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A conversation as data, and what must come of it. One file holds many; each begins with {@code ==} and a title.
 *
 * <pre>
 * == STARTTLS is refused for now            what the case shows
 * use: STARTTLS                             how the client is asked to connect (this is the default)
 * dial: refused                             no connection at all: refused, timeout, noroute
 * S: 220 mx.example                         the server says a line; \r \n \0 \\ \xNN are escapes, CR LF is added
 * S. 220 mx                                 the server sends just these bytes
 * S*300: 250-X                              the line so many times; S*endless: and S.*endless for ever
 * C: EHLO client.example                    the client must say exactly this before the server goes on
 * later                                     what follows arrives by itself, not together with what was before
 * TLS ok                                    the handshake; or: TLS fail STAGE sentence
 * close | reset | silence                   how the server ends it
 * expect: NoStartTls                        the outcome, with its reason or stage
 * refusal: 454 4.7.0 not now                and its parts: sentence, refusal, greeting, name, offers, clear, anomaly,
 *                                           said (what the client said before the session was open)
 * </pre>
 */
record PeerScript(String title, List<Step> steps, Map<String, String> says) {

    sealed interface Step {
        @SuppressWarnings("ArrayRecordComponent") // played, never compared
        record Say(byte[] bytes, boolean endless) implements Step {}

        record Hear(String line) implements Step {}

        record Later() implements Step {}

        record Tls(String result) implements Step {}

        record Close() implements Step {}

        record Reset() implements Step {}

        record Silence() implements Step {}
    }

    String value(String key, String otherwise) {
        return says.getOrDefault(key, otherwise);
    }

    @Override
    public String toString() {
        return title;
    }

    static List<PeerScript> parse(String text) {
        List<PeerScript> scripts = new ArrayList<>();
        String title = "";
        List<Step> steps = new ArrayList<>();
        Map<String, String> says = new HashMap<>();
        for (String line : (text + "\n== ").split("\n", -1)) {
            if (line.startsWith("== ")) {
                if (!title.isEmpty()) {
                    scripts.add(new PeerScript(title, List.copyOf(steps), Map.copyOf(says)));
                }
                title = line.substring(3).strip();
                steps.clear();
                says.clear();
            } else if (!line.isBlank() && !line.startsWith("#")) {
                addLine(line, steps, says);
            }
        }
        return scripts;
    }

    private static void addLine(String line, List<Step> steps, Map<String, String> says) {
        int space = line.indexOf(' ');
        String verb = space < 0 ? line : line.substring(0, space);
        String rest = space < 0 ? "" : line.substring(space + 1);
        switch (verb) {
            case "C:" -> steps.add(new Step.Hear(rest));
            case "later" -> steps.add(new Step.Later());
            case "TLS" -> steps.add(new Step.Tls(rest));
            case "close" -> steps.add(new Step.Close());
            case "reset" -> steps.add(new Step.Reset());
            case "silence" -> steps.add(new Step.Silence());
            default -> {
                if (verb.startsWith("S")) {
                    addSay(verb, rest, steps);
                } else if (verb.endsWith(":")) {
                    says.merge(verb.substring(0, verb.length() - 1), unescaped(rest), (a, b) -> a + " " + b);
                } else {
                    throw new IllegalArgumentException("no such step: " + line);
                }
            }
        }
    }

    private static void addSay(String verb, String rest, List<Step> steps) {
        String text = unescaped(rest) + (verb.startsWith("S.") ? "" : "\r\n");
        int star = verb.indexOf('*');
        String times = star < 0 ? "1" : verb.substring(star + 1).replace(":", "");
        boolean endless = times.equals("endless");
        String all = endless ? text : text.repeat(Integer.parseInt(times));
        steps.add(new Step.Say(all.getBytes(StandardCharsets.ISO_8859_1), endless));
    }

    private static String unescaped(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escape = text.charAt(++i);
            switch (escape) {
                case 'r' -> out.append('\r');
                case 'n' -> out.append('\n');
                case '0' -> out.append('\0');
                case '\\' -> out.append('\\');
                case 'x' -> {
                    out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException("no such escape: \\" + escape);
            }
        }
        return out.toString();
    }
}
