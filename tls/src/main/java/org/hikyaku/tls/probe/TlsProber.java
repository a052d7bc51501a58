package org.hikyaku.tls.probe;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.net.Network;
import org.hikyaku.tls.TlsVersion;

/** Finds out what a TLS server does. One connection at a time; safe to use from several threads for several servers. */
public final class TlsProber {
    private final Network network;
    private final ProbeOptions options;
    private final SecureRandom random;
    private final Dialer.Pauser pauser;

    public TlsProber(Network network, ProbeOptions options, SecureRandom random) {
        this(network, options, random, time -> Thread.sleep(time.toMillis()));
    }

    /** @param pauser waits between connections */
    TlsProber(Network network, ProbeOptions options, SecureRandom random, Dialer.Pauser pauser) {
        this.network = network;
        this.options = options;
        this.random = random;
        this.pauser = pauser;
    }

    /**
     * Asks one server. Never throws for what the server does: a server that cannot be reached or that stops answering is
     * a result too, see {@link ServerFacts#reached}, {@link ServerFacts#refusing} and {@link ServerFacts#trouble}.
     *
     * @param address resolved
     * @param sni the server name to ask for; its certificate may depend on it
     */
    public ServerFacts probe(InetSocketAddress address, Optional<String> sni, Service service, Depth depth) {
        long start = System.nanoTime();
        Facts facts = new Facts();
        int budget = switch (depth) {
            case QUICK -> 1;
            case JUDGEMENT -> options.budget();
            case ALL -> Integer.MAX_VALUE;
        };
        Dialer dialer = new Dialer(network, address, service, options, pauser, System::nanoTime, budget);
        Questions questions = new Questions(dialer, facts, service, sni, options, random);
        Set<TlsVersion> complete = EnumSet.noneOf(TlsVersion.class);
        boolean refusing = false;
        try {
            Optional<FinishedHandshake> first = questions.first();
            if (depth != Depth.QUICK) {
                new Interview(questions, facts, service, options, sni).judgement(first);
            }
            if (depth == Depth.ALL) {
                complete.addAll(new Enumeration(questions, facts).everything());
            }
        } catch (Dialer.GaveUpException e) {
            if (e.noStartTls() && service.startTls()) {
                facts.starttlsOffered = Known.NO;
            }
            refusing = dialer.used() > 1;
            facts.trouble(String.valueOf(e.getMessage()));
        } catch (Dialer.SpentException e) {
            if (depth == Depth.JUDGEMENT) {
                facts.trouble("the budget of " + budget + " connections was used up before every question was asked");
            }
        }
        dialer.slowest()
                .ifPresent(slow -> facts.trouble("the server let us wait " + slow.toSeconds()
                        + " s before TLS began, and the pauses between connections were lengthened for it"));
        boolean reached = Set.of(TlsVersion.values()).stream().anyMatch(v -> facts.version(v) == Known.YES);
        if (!reached && !facts.refusal.isEmpty()) {
            facts.trouble(facts.refusal);
        }
        if (reached && service.startTls()) {
            facts.starttlsOffered = Known.YES;
        }
        return new ServerFacts(
                address,
                service,
                sni,
                depth,
                reached,
                facts.versionFacts(complete),
                facts.groupNames(),
                facts.refusedGroupNames(),
                facts.finiteField(),
                facts.schemeNames(),
                new ServerFacts.WeakHashes(facts.md5, facts.sha1, facts.sha224),
                facts.chains().values().stream().toList(),
                features(facts),
                new ServerFacts.StartTlsFacts(
                        facts.starttlsOffered, facts.injection, facts.mailWithoutTls, facts.ehloAfter),
                dialer.used(),
                Duration.ofNanos(System.nanoTime() - start),
                refusing,
                List.copyOf(facts.trouble()));
    }

    private static ServerFacts.Features features(Facts f) {
        return new ServerFacts.Features(
                f.compression,
                f.secureRenegotiation,
                f.clientRenegotiation,
                f.extendedMasterSecret,
                f.encryptThenMac,
                f.sessionTicket,
                f.resumption12,
                f.resumption13,
                f.maxEarlyData,
                f.downgradeSentinel,
                f.fallbackScsv,
                f.ocsp,
                f.largeHello,
                f.versionTolerance,
                f.answersWithoutSni,
                f.answersUnknownSni,
                f.otherWithoutSni);
    }
}
