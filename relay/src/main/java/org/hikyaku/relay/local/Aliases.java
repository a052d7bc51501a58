package org.hikyaku.relay.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.relay.config.ConfigException;
import org.hikyaku.relay.config.ConfigFault;
import org.hikyaku.smtp.Mailbox;

/**
 * A file of aliases in the form of {@code /etc/aliases}: {@code name: target, target}, where a line that begins with a
 * blank goes on with the one before, and {@code #} begins a comment. A name with {@code @} holds for that address, one
 * without in every own domain; a target without {@code @} is in the domain of the address that is looked up. What other
 * servers know as targets besides (commands, files, included lists) is refused: mail that runs a command has no place here.
 */
public final class Aliases {
    private final Map<String, List<String>> targets;

    private Aliases(Map<String, List<String>> targets) {
        this.targets = Map.copyOf(targets);
    }

    public static Aliases none() {
        return new Aliases(Map.of());
    }

    /** @throws ConfigException with all faults of the file */
    public static Aliases read(Path file) throws ConfigException {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new ConfigException(
                    List.of(new ConfigFault(file.toString(), 1, 1, "the file cannot be read: " + e.getMessage())));
        }
    }

    static Aliases parse(String text, String file) throws ConfigException {
        List<ConfigFault> faults = new ArrayList<>();
        Map<String, List<String>> targets = new LinkedHashMap<>();
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; ) {
            int first = i;
            StringBuilder entry = new StringBuilder(uncommented(lines[i++]));
            while (i < lines.length && !lines[i].isEmpty() && Character.isWhitespace(lines[i].charAt(0))) {
                entry.append(' ').append(uncommented(lines[i++]));
            }
            if (!entry.toString().isBlank()) {
                parse(entry.toString(), targets)
                        .ifPresent(wrong -> faults.add(new ConfigFault(file, first + 1, 1, wrong)));
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return new Aliases(targets);
    }

    private static String uncommented(String line) {
        int hash = line.indexOf('#');
        return hash < 0 ? line : line.substring(0, hash);
    }

    /** What is wrong with an entry. */
    private static Optional<String> parse(String entry, Map<String, List<String>> into) {
        int colon = entry.indexOf(':');
        if (colon < 0) {
            return Optional.of("an alias is \"name: target, target\", and there is no colon here");
        }
        String name = entry.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        Optional<String> wrong = wrong(name);
        if (wrong.isPresent()) {
            return wrong;
        }
        List<String> all = new ArrayList<>();
        for (String part : entry.substring(colon + 1).split(",", -1)) {
            String target = part.strip();
            if (target.isEmpty()) {
                return Optional.of("the alias " + name + " has an empty target");
            }
            if (target.startsWith("|") || target.startsWith("/") || target.startsWith("\"") || target.startsWith(":")) {
                return Optional.of("the alias " + name + " has the target " + target
                        + ": only mail addresses are followed, no commands, files or included lists");
            }
            wrong = wrong(target);
            if (wrong.isPresent()) {
                return wrong;
            }
            all.add(target);
        }
        if (into.containsKey(name)) {
            return Optional.of("the alias " + name + " stands here a second time");
        }
        into.put(name, List.copyOf(all));
        return Optional.empty();
    }

    private static Optional<String> wrong(String address) {
        try {
            Mailbox.parse(address.indexOf('@') < 0 ? address + "@example.org" : address);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of("\"" + address + "\" is no mail address and no local part of one");
        }
    }

    /** What an address of an own domain stands for; empty when it is no alias. */
    Optional<List<Mailbox>> find(String local, String domain) {
        String lower = local.toLowerCase(Locale.ROOT);
        List<String> found = targets.get(lower + "@" + domain.toLowerCase(Locale.ROOT));
        if (found == null) {
            found = targets.get(lower);
        }
        return Optional.ofNullable(found)
                .map(all -> all.stream()
                        .map(t -> t.indexOf('@') < 0 ? new Mailbox(t, domain) : Mailbox.parse(t))
                        .toList());
    }

    public int count() {
        return targets.size();
    }
}
