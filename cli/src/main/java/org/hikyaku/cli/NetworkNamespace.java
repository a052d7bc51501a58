package org.hikyaku.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A network namespace of Linux with a loopback interface of its own and no way out, by {@code ip} of iproute2. It is
 * removed when this is closed.
 */
final class NetworkNamespace implements AutoCloseable {
    /** {@code ip netns exec} puts what is in the folder of the namespace over what is in /etc. */
    private static final Path CONFIGURATION = Path.of("/etc/netns");

    private final String name;
    private final Path folder;

    private NetworkNamespace(String name) {
        this.name = name;
        this.folder = CONFIGURATION.resolve(name);
    }

    /**
     * Makes it.
     *
     * @param resolvConf what programs in it see as {@code /etc/resolv.conf}
     * @throws UsageException when this user or machine cannot, or the name is taken; a sentence
     */
    static NetworkNamespace make(String name, String resolvConf) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,63}")) {
            throw new UsageException("--netns takes a name of letters, digits, - and _, not " + name);
        }
        NetworkNamespace namespace = new NetworkNamespace(name);
        run(List.of("ip", "netns", "add", name), "", "the network namespace " + name + " cannot be made");
        try {
            // before a JVM starts in it: one that finds no IPv6 address at its start does without IPv6
            run(
                    List.of("ip", "-n", name, "link", "set", "lo", "up"),
                    "",
                    "the network in " + name + " cannot be set up");
            Files.createDirectories(namespace.folder);
            Files.writeString(namespace.folder.resolve("resolv.conf"), resolvConf, StandardCharsets.US_ASCII);
            return namespace;
        } catch (IOException e) {
            namespace.close();
            throw new UsageException(namespace.folder + "/resolv.conf cannot be written: " + FileTrouble.why(e), e);
        }
    }

    /** The command line that runs another inside. */
    List<String> inside(List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(command);
        return all;
    }

    /** Makes these addresses the machine's own; for use inside. */
    static void own(Collection<InetAddress> addresses) {
        StringBuilder batch = new StringBuilder();
        for (InetAddress address : addresses) {
            boolean v6 = address instanceof Inet6Address;
            batch.append("addr add ")
                    .append(address.getHostAddress())
                    .append(v6 ? "/128 dev lo nodad\n" : "/32 dev lo\n");
        }
        run(List.of("ip", "-batch", "-"), batch.toString(), "the lab's addresses cannot be added to the namespace");
    }

    private static void run(List<String> command, String input, String failure) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.US_ASCII));
            }
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (process.waitFor() != 0) {
                throw new UsageException(
                        failure + ": " + said.lines().findFirst().orElse("ip does not say why")
                                + (said.contains("exists") ? "; 'ip netns del' removes one that was left" : "")
                                + (said.contains("ermitted") || said.contains("enied") ? "; it takes root" : ""));
            }
        } catch (IOException e) {
            throw new UsageException(failure + ": the program ip (of iproute2) does not run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UsageException(failure + ": interrupted", e);
        }
    }

    /** Removes it; what runs inside goes on without a name for its network. */
    @Override
    public void close() {
        run(List.of("ip", "netns", "del", name), "", "the network namespace " + name + " cannot be removed");
        try {
            Files.deleteIfExists(folder.resolve("resolv.conf"));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UsageException(folder + " cannot be removed: " + FileTrouble.why(e), e);
        }
    }
}
