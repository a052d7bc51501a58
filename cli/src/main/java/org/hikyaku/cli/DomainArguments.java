package org.hikyaku.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.net.Limit;
import org.xbill.DNS.Name;

/** Mail domains as people give them: on the command line, or in a file, one a line. */
final class DomainArguments {
    /** The report of each is kept until the end of the run. */
    static final Limit MAX_DOMAINS = new Limit("domains in one call", 100_000);

    private DomainArguments() {}

    /** Each once, in the order given; those of the file last. */
    static List<Name> names(List<String> texts, Optional<Path> list) {
        Set<Name> names = new LinkedHashSet<>();
        texts.forEach(t -> names.add(name(t)));
        list.ifPresent(file -> read(file, names));
        if (names.isEmpty()) {
            throw new UsageException("There is no domain to check: name one, or a file with some: --list FILE");
        }
        return List.copyOf(names);
    }

    /** Empty lines and what follows a # are passed over. */
    private static void read(Path file, Set<Name> names) {
        int number = 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                int comment = line.indexOf('#');
                String text = (comment < 0 ? line : line.substring(0, comment)).strip();
                if (text.isEmpty()) {
                    continue;
                }
                try {
                    names.add(name(text));
                } catch (UsageException e) {
                    throw new UsageException(file + ", line " + number + ": " + e.getMessage(), e);
                }
                if (names.size() > MAX_DOMAINS.value()) {
                    throw new UsageException(file + " has more than the limit of " + MAX_DOMAINS.value() + " "
                            + MAX_DOMAINS.name() + "; split it");
                }
            }
        } catch (MalformedInputException e) {
            throw new UsageException(file + " is no text in UTF-8", e);
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(file, e), e);
        }
    }

    private static Name name(String text) {
        hint(text).ifPresent(h -> {
            throw new UsageException("\"" + text + "\" is not a domain: " + h);
        });
        return GivenName.of(text);
    }

    /** What to give instead of something that is easily mistaken for a domain. */
    private static Optional<String> hint(String text) {
        Optional<String> host = hostOfUrl(text);
        if (host.isPresent()) {
            return Optional.of("give the domain of the mail addresses, such as \"" + host.get() + "\"");
        }
        int at = text.lastIndexOf('@');
        boolean literal = text.endsWith("]") && text.startsWith("[", at + 1);
        if (literal || isAddress(text)) {
            String address = literal ? text.substring(at + 2, text.length() - 1) : text;
            address = address.toLowerCase(Locale.ROOT).startsWith("ipv6:") ? address.substring(5) : address;
            String asked = address.contains(":") ? "[" + address + "]:25" : address + ":25";
            return Optional.of("it is an IP address, for which nothing is promised; give what follows the @ of the mail"
                    + " addresses, or look at the server itself: 'hikyaku probe " + asked + "'");
        }
        if (at >= 0) {
            return Optional.of("give only what follows the @, such as \"" + text.substring(at + 1) + "\"");
        }
        return Optional.empty();
    }

    private static Optional<String> hostOfUrl(String text) {
        if (!text.contains("://") && !text.regionMatches(true, 0, "mailto:", 0, "mailto:".length())) {
            return Optional.empty();
        }
        if (!text.contains("://")) {
            return Optional.of(text.substring(text.lastIndexOf('@') + 1));
        }
        try {
            return Optional.ofNullable(URI.create(text).getHost()).map(h -> h.startsWith("www.") ? h.substring(4) : h);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isAddress(String text) {
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
