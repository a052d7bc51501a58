package org.hikyaku.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The resolvers that the operating system is set up to ask: the {@code nameserver} lines of resolv.conf(5). */
public final class SystemResolvers {
    public static final int PORT = 53;
    public static final Path RESOLV_CONF = Path.of("/etc/resolv.conf");

    /** The C library reads no more than three; more do no harm, but a file full of them would. */
    private static final int MOST = 16;

    private SystemResolvers() {}

    /** The resolvers of {@code /etc/resolv.conf}, in order, at least one. */
    public static List<InetSocketAddress> configured() throws NoResolverException {
        return configured(RESOLV_CONF);
    }

    /** The resolvers of a file in the format of resolv.conf(5), in order, at least one. */
    public static List<InetSocketAddress> configured(Path file) throws NoResolverException {
        List<InetSocketAddress> found = new ArrayList<>();
        List<String> unreadable = new ArrayList<>();
        try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
            lines.map(String::strip)
                    .filter(line -> line.startsWith("nameserver"))
                    .limit(MOST)
                    .forEach(line -> address(line, found, unreadable));
        } catch (NoSuchFileException e) {
            throw new NoResolverException(
                    "There is no file " + file + ", so no DNS resolver is known. Name one with --resolver ADDRESS.");
        } catch (IOException | UncheckedIOException e) {
            throw new NoResolverException("The file " + file + ", which names the DNS resolvers, cannot be read ("
                    + e.getMessage() + "). Name one with --resolver ADDRESS.");
        }
        if (found.isEmpty()) {
            throw new NoResolverException(
                    unreadable.isEmpty()
                            ? "The file " + file
                                    + " has no \"nameserver\" line, so no DNS resolver is known. Name one with"
                                    + " --resolver ADDRESS."
                            : "The file " + file + " has no usable \"nameserver\" line (" + unreadable.getFirst()
                                    + "). Name a DNS resolver with --resolver ADDRESS.");
        }
        return List.copyOf(found);
    }

    private static void address(String line, List<InetSocketAddress> found, List<String> unreadable) {
        String[] words = line.split("\\s+", 3);
        if (!words[0].equals("nameserver")) {
            return;
        }
        if (words.length < 2) {
            unreadable.add("one of them names no address");
            return;
        }
        try {
            found.add(new InetSocketAddress(InetAddress.ofLiteral(words[1]), PORT));
        } catch (IllegalArgumentException e) {
            unreadable.add("\"" + words[1] + "\" is no IP address that can be used here");
        }
    }
}
