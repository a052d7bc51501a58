package org.hikyaku.cli;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.capture.talk.Protocol;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that choose connections; they hold for every view. */
final class DecodeFilterOptions {
    @Option(
            names = "--host",
            paramLabel = "ADDRESS[/BITS]",
            description = "Only connections with this address, or one of this prefix, at either end.")
    private List<String> hosts = new ArrayList<>();

    @Option(names = "--port", paramLabel = "PORT", description = "Only connections with this port at either end.")
    private List<Integer> ports = new ArrayList<>();

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            description = "Only connections that speak smtp, imap, pop3, http (1 or 2), http1, http2 or other; or that"
                    + " are in tls or in clear.")
    private List<String> protocols = new ArrayList<>();

    @Option(
            names = "--sni",
            paramLabel = "NAME",
            description = "Only TLS whose client asked for this server name; *.example takes all below example.")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--from",
            paramLabel = "TIME",
            converter = CaptureTime.Option.class,
            description = "Only connections that began then or later: 2026-11-22T01:02:03Z, or +90s after the first"
                    + " packet.")
    private @Nullable CaptureTime from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            converter = CaptureTime.Option.class,
            description = "Only connections that began before then.")
    private @Nullable CaptureTime to;

    DecodeFilter filter() {
        Set<Protocol> wanted = EnumSet.noneOf(Protocol.class);
        boolean tls = false;
        boolean clear = false;
        for (String protocol : protocols) {
            switch (protocol.toLowerCase(Locale.ROOT)) {
                case "smtp" -> wanted.add(Protocol.SMTP);
                case "imap" -> wanted.add(Protocol.IMAP);
                case "pop3", "pop" -> wanted.add(Protocol.POP3);
                case "http1" -> wanted.add(Protocol.HTTP1);
                case "http2" -> wanted.add(Protocol.HTTP2);
                case "http" -> wanted.addAll(EnumSet.of(Protocol.HTTP1, Protocol.HTTP2));
                case "other" -> wanted.addAll(EnumSet.of(Protocol.OTHER, Protocol.UNKNOWN));
                case "tls" -> tls = true;
                case "clear" -> clear = true;
                default ->
                    throw new UsageException("'" + protocol
                            + "' is no protocol: use smtp, imap, pop3, http, http1, http2, other, tls or clear");
            }
        }
        for (int port : ports) {
            if (port < 1 || port > 65535) {
                throw new UsageException(port + " is no port: 1 to 65535");
            }
        }
        checkTimes();
        return new DecodeFilter(
                hosts.stream().map(DecodeFilterOptions::prefix).toList(),
                new LinkedHashSet<>(ports),
                wanted,
                clear && !tls,
                tls && !clear,
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList(),
                Optional.ofNullable(from),
                Optional.ofNullable(to));
    }

    /** Times of two kinds cannot be compared before the first packet is there. */
    private void checkTimes() {
        boolean never = from instanceof CaptureTime.At first && to instanceof CaptureTime.At last
                ? !first.instant().isBefore(last.instant())
                : from instanceof CaptureTime.After early
                        && to instanceof CaptureTime.After late
                        && early.duration().compareTo(late.duration()) >= 0;
        if (never) {
            throw new UsageException("--from must be before --to: no connection can begin between them");
        }
    }

    private static DecodeFilter.Prefix prefix(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            InetAddress parsed = InetAddress.ofLiteral(address);
            int all = parsed.getAddress().length * 8;
            int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= all) {
                return new DecodeFilter.Prefix(parsed, bits);
            }
        } catch (IllegalArgumentException e) {
            // Said below, for every kind of mistake alike.
        }
        throw new UsageException("'" + text + "' is no address: write 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32 (names"
                + " are not looked up; --sni filters by the server's name)");
    }
}
