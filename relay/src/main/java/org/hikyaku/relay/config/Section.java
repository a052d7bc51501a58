package org.hikyaku.relay.config;

import java.net.IDN;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.smtp.Mailbox;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One mapping of the file. Every key is asked for by its kind, with its default; a value that does not do is noted as a
 * fault and the default stands in for it, so that reading goes on and all faults are found.
 */
final class Section {
    private static final String NONE = "-";
    private static final String REQUIRED = "required";

    private final Reading reading;
    private final String path;
    private final Node at;
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Set<String> asked = new TreeSet<>();

    /** @param path of this section with a dot behind it; empty at the top */
    Section(Reading reading, String path, Node at) {
        this.reading = reading;
        this.path = path;
        this.at = at;
        if (at instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                add(tuple);
            }
        } else if (!isNull(at)) {
            reading.fault(at, (path.isEmpty() ? "the file" : name("")) + " must be a mapping (KEY: VALUE lines)");
        }
    }

    private void add(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            reading.fault(tuple.getKeyNode(), "a key must be a plain word");
            return;
        }
        if (values.containsKey(key.getValue())) {
            reading.fault(key, "\"" + path + key.getValue() + "\" stands here a second time; keep one of the two");
            return;
        }
        keys.put(key.getValue(), key);
        values.put(key.getValue(), tuple.getValueNode());
        reading.stands(path + key.getValue(), key);
    }

    private String name(String key) {
        String whole = path + key;
        return "\"" + (whole.endsWith(".") ? whole.substring(0, whole.length() - 1) : whole) + "\"";
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.NULL);
    }

    private Optional<Node> value(String key, String kind, String otherwise) {
        asked.add(key);
        reading.know(new Setting(path + key, kind, otherwise));
        return Optional.ofNullable(values.get(key)).filter(n -> !isNull(n));
    }

    /** The value as its writer wrote it, by a reading of it that may find it wrong. */
    private <T> Optional<T> scalar(
            String key, String kind, String otherwise, Function<String, Optional<T>> meaning, String right) {
        Optional<Node> node = value(key, kind, otherwise);
        return node.flatMap(n -> scalar(n, name(key), meaning, right));
    }

    private <T> Optional<T> scalar(Node node, String name, Function<String, Optional<T>> meaning, String right) {
        if (!(node instanceof ScalarNode scalar)) {
            reading.fault(node, name + " must be " + right);
            return Optional.empty();
        }
        Optional<T> read = meaning.apply(scalar.getValue());
        if (read.isEmpty()) {
            reading.fault(node, name + " must be " + right + ", not \"" + shown(scalar.getValue()) + "\"");
        }
        return read;
    }

    private static String shown(String text) {
        String clean = text.chars()
                .limit(60)
                .mapToObj(c -> c < ' ' || c == 0x7F ? "?" : Character.toString(c))
                .collect(Collectors.joining());
        return clean.length() < text.length() ? clean + "..." : clean;
    }

    private static Optional<String> some(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(text.strip());
    }

    boolean has(String key) {
        return values.containsKey(key) && !isNull(values.getOrDefault(key, at));
    }

    /** Where a key stands, or where its section begins. */
    void fault(String key, String sentence) {
        reading.fault(values.getOrDefault(key, at), sentence);
    }

    Optional<String> text(String key, String kind) {
        return scalar(key, kind, NONE, Section::some, kind);
    }

    String text(String key, String kind, String otherwise) {
        return scalar(key, kind, otherwise, Section::some, kind).orElse(otherwise);
    }

    String required(String key, String kind, String example) {
        Optional<String> text = scalar(key, kind, REQUIRED, Section::some, kind);
        if (text.isEmpty() && !has(key)) {
            reading.fault(at, name(key) + " is missing: " + kind + ", such as \"" + key + ": " + example + "\"");
        }
        return text.orElse(example);
    }

    boolean flag(String key, boolean otherwise) {
        return scalar(
                        key,
                        "true or false",
                        String.valueOf(otherwise),
                        t -> switch (t) {
                            case "true" -> Optional.of(true);
                            case "false" -> Optional.of(false);
                            case String _ -> Optional.empty();
                        },
                        "true or false")
                .orElse(otherwise);
    }

    int count(String key, int otherwise, int least, int most) {
        String kind = "a number";
        return scalar(
                        key,
                        kind,
                        String.valueOf(otherwise),
                        t -> t.length() <= 9 && !t.isEmpty() && t.chars().allMatch(c -> c >= '0' && c <= '9')
                                ? Optional.of(Integer.parseInt(t)).filter(n -> n >= least && n <= most)
                                : Optional.empty(),
                        "a whole number from " + least + " to " + most)
                .orElse(otherwise);
    }

    Duration duration(String key, Duration otherwise, Duration least, Duration most) {
        return scalar(
                        key,
                        "a duration",
                        Quantity.text(otherwise),
                        t -> Quantity.duration(t).filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0),
                        "a duration from " + Quantity.text(least) + " to " + Quantity.text(most)
                                + " with its unit (s, m, h, d)")
                .orElse(otherwise);
    }

    List<Duration> durations(String key, List<Duration> otherwise, Duration least, Duration most) {
        List<String> texts =
                texts(key, "durations", otherwise.stream().map(Quantity::text).toList());
        List<Duration> read = new ArrayList<>();
        for (String text : texts) {
            Optional<Duration> duration =
                    Quantity.duration(text).filter(d -> d.compareTo(least) >= 0 && d.compareTo(most) <= 0);
            if (duration.isEmpty()) {
                fault(
                        key,
                        name(key) + " must be durations from " + Quantity.text(least) + " to " + Quantity.text(most)
                                + " with their units (s, m, h, d), not \"" + shown(text) + "\"");
            }
            duration.ifPresent(read::add);
        }
        if (read.isEmpty()) {
            if (texts.isEmpty()) {
                fault(key, name(key) + " must have at least one duration");
            }
            return otherwise;
        }
        return List.copyOf(read);
    }

    long bytes(String key, long otherwise, long least, long most) {
        return scalar(
                        key,
                        "a size",
                        Quantity.text(otherwise),
                        t -> Quantity.bytes(t).filter(n -> n >= least && n <= most),
                        "a size from " + Quantity.text(least) + " to " + Quantity.text(most)
                                + " with its unit (B, kB, MB, GB, KiB, MiB, GiB)")
                .orElse(otherwise);
    }

    <E extends Enum<E>> E choice(String key, E otherwise) {
        return choice(key, otherwise.getDeclaringClass(), written(otherwise)).orElse(otherwise);
    }

    <E extends Enum<E>> Optional<E> choice(String key, Class<E> type) {
        return choice(key, type, NONE);
    }

    private <E extends Enum<E>> Optional<E> choice(String key, Class<E> type, String otherwise) {
        List<String> all =
                Stream.of(type.getEnumConstants()).map(Section::written).toList();
        String kind = all.size() == 1 ? all.getFirst() : "one of " + String.join(", ", all);
        return scalar(
                key,
                kind,
                otherwise,
                t -> Stream.of(type.getEnumConstants())
                        .filter(e -> written(e).equals(t))
                        .findFirst(),
                kind);
    }

    private static String written(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    List<String> texts(String key, String kind, List<String> otherwise) {
        Optional<Node> node = value(key, kind, otherwise.isEmpty() ? NONE : "[" + String.join(", ", otherwise) + "]");
        return node.map(n -> items(n, name(key), kind)).orElse(otherwise);
    }

    /** A single text counts as a list of one. */
    private List<String> items(Node node, String name, String kind) {
        List<Node> items = node instanceof SequenceNode list ? list.getValue() : List.of(node);
        List<String> texts = new ArrayList<>();
        for (Node item : items) {
            scalar(item, name, Section::some, kind).ifPresent(texts::add);
        }
        return List.copyOf(texts);
    }

    /** IP addresses with ports; a name is never looked up. */
    List<InetSocketAddress> addresses(String key, List<String> otherwise) {
        List<InetSocketAddress> read = new ArrayList<>();
        for (String text : texts(key, "addresses with ports", otherwise)) {
            Optional<InetSocketAddress> address = AddressAndPort.read(text);
            address.ifPresent(read::add);
            if (address.isEmpty()) {
                fault(
                        key,
                        name(key) + " must be IP addresses with ports, such as 192.0.2.1:25 or [2001:db8::1]:25, not \""
                                + shown(text) + "\"");
            }
        }
        return List.copyOf(read);
    }

    /** Networks in the form address/length; an address alone is itself. */
    List<Prefix> prefixes(String key, List<String> otherwise) {
        List<Prefix> read = new ArrayList<>();
        for (String text : texts(key, "networks", otherwise)) {
            try {
                read.add(Prefix.parse(text));
            } catch (IllegalArgumentException e) {
                fault(key, name(key) + " must be networks such as 192.0.2.0/24 or 2001:db8::/32: " + e.getMessage());
            }
        }
        return List.copyOf(read);
    }

    List<String> domains(String key) {
        return texts(key, "domains", List.of()).stream()
                .map(text -> domain(key, text))
                .toList();
    }

    /** Lower case, in A-labels. */
    String domain(String key, String text) {
        String bare = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        try {
            String ascii = IDN.toASCII(bare, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            if (!ascii.isEmpty() && ascii.length() <= 253 && !ascii.startsWith(".") && !ascii.endsWith(".")) {
                return ascii;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        fault(key, "\"" + text + "\" is no domain name");
        return "invalid.example";
    }

    Optional<Mailbox> mailbox(String key) {
        return text(key, "a mail address").flatMap(t -> mailbox(key, t));
    }

    Optional<Mailbox> mailbox(String key, String text) {
        try {
            return Optional.of(Mailbox.parse(text));
        } catch (IllegalArgumentException e) {
            fault(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** A relative path begins at the folder of the configuration file. */
    Optional<Path> file(String key, String kind) {
        return text(key, kind).map(reading.folder()::resolve);
    }

    Path file(String key, String kind, String otherwise) {
        return reading.folder().resolve(text(key, kind, otherwise));
    }

    /** A file that exists and can be read. */
    Optional<Path> existing(String key, String kind) {
        Optional<Path> file = file(key, kind);
        file.map(NamedFile::new).flatMap(NamedFile::unreadable).ifPresent(why -> fault(key, name(key) + ": " + why));
        return file;
    }

    /** As {@link #existing}, and nobody but its owner and group may read it. */
    Optional<Path> secret(String key, String kind) {
        Optional<Path> file = file(key, kind);
        file.map(NamedFile::new)
                .flatMap(f -> f.unreadable().or(f::exposed))
                .ifPresent(why -> fault(key, name(key) + ": " + why));
        return file;
    }

    void checkSecret(String key, Path file) {
        new NamedFile(file).exposed().ifPresent(why -> fault(key, name(key) + ": " + why));
    }

    /** A section; when it is not written, an empty one, so that every default has its one place. */
    Section section(String key) {
        asked.add(key);
        return new Section(reading, path + key + ".", values.getOrDefault(key, EMPTY));
    }

    private static final Node EMPTY = new ScalarNode(Tag.NULL, "", org.snakeyaml.engine.v2.common.ScalarStyle.PLAIN);

    /** A list of sections. */
    List<Section> sections(String key) {
        asked.add(key);
        Node node = values.getOrDefault(key, EMPTY);
        if (isNull(node)) {
            return List.of();
        }
        if (!(node instanceof SequenceNode list)) {
            reading.fault(node, name(key) + " must be a list; begin each entry with \"- \"");
            return List.of();
        }
        return list.getValue().stream()
                .map(item -> new Section(reading, path + key + "[].", item))
                .toList();
    }

    /** Everything that is known has been asked for: the rest is unknown. */
    void done() {
        keys.forEach((key, node) -> {
            if (!asked.contains(key)) {
                String near = Nearest.of(key, asked)
                        .map(n -> "; did you mean \"" + n + "\"?")
                        .orElse(asked.isEmpty() ? "" : "; known here: " + String.join(", ", asked));
                reading.fault(node, "there is no setting \"" + shown(path + key) + "\"" + near);
            }
        });
    }
}
