package org.hikyaku.relay.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hikyaku.relay.config.ConfigException;
import org.hikyaku.relay.config.ConfigFault;
import org.hikyaku.smtp.Mailbox;

/** A file with the addresses of all mailboxes, one a line; {@code @domain} takes every local part, {@code #} begins a comment. */
public final class RecipientList {
    private final Set<String> addresses;

    private RecipientList(Set<String> addresses) {
        this.addresses = Set.copyOf(addresses);
    }

    /** @throws ConfigException with all faults of the file */
    public static RecipientList read(Path file) throws ConfigException {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new ConfigException(
                    List.of(new ConfigFault(file.toString(), 1, 1, "the file cannot be read: " + e.getMessage())));
        }
    }

    static RecipientList parse(String text, String file) throws ConfigException {
        List<ConfigFault> faults = new ArrayList<>();
        Set<String> addresses = new HashSet<>();
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            int hash = line.indexOf('#');
            String address = (hash < 0 ? line : line.substring(0, hash)).strip().toLowerCase(Locale.ROOT);
            if (address.isEmpty()) {
                continue;
            }
            try {
                Mailbox.parse(address.startsWith("@") ? "all" + address : address);
                addresses.add(address);
            } catch (IllegalArgumentException e) {
                faults.add(new ConfigFault(file, i + 1, 1, String.valueOf(e.getMessage())));
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return new RecipientList(addresses);
    }

    boolean has(String local, String domain) {
        String lower = domain.toLowerCase(Locale.ROOT);
        return addresses.contains(local.toLowerCase(Locale.ROOT) + "@" + lower) || addresses.contains("@" + lower);
    }
}
