package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.PlanFile;
import org.hikyaku.policy.PlanFormatException;
import org.hikyaku.policy.Planner;
import org.hikyaku.policy.PlannerOptions;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.ValidatedAddresses;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that hold captured sessions against what domains promise. */
final class DecodeJudgeOptions {
    @Option(
            names = "--judge",
            paramLabel = "DOMAIN[:PORT]",
            description = "Say whether sessions with this domain's MX hosts (port 25) keep what it promises by DANE and"
                    + " MTA-STS in today's DNS. Asks the network.")
    private List<String> domains = new ArrayList<>();

    @Option(
            names = "--plan",
            paramLabel = "FILE",
            description = "Say so by the plans that 'hikyaku check --save-plan' kept. Asks nobody.")
    private @Nullable Path plan;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    /** What a domain promises could not be found out. */
    private boolean unknown;

    Optional<Path> planFile() {
        return Optional.ofNullable(plan);
    }

    /** Whether sessions are to be judged. */
    boolean wanted() {
        return !domains.isEmpty() || plan != null;
    }

    Optional<DecodeJudge> judge(Environment environment, List<String> remarks) {
        if (!wanted()) {
            return Optional.empty();
        }
        List<PlanFile.Entry> entries = new ArrayList<>();
        Instant at = environment.clock().instant();
        if (plan != null) {
            PlanFile file = read(plan);
            at = file.at();
            entries.addAll(file.entries());
        }
        try (NetworkAccess access = environment.internet().open(network)) {
            for (String domain : domains) {
                entries.addAll(observe(environment, access, domain, remarks));
            }
            return Optional.of(new DecodeJudge(new PlanFile(at, entries), access.authorities(), !unknown));
        }
    }

    private static PlanFile read(Path file) {
        try {
            return PlanFile.read(file);
        } catch (PlanFormatException e) {
            throw new UsageException(file + " holds no plans: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(file, e), e);
        }
    }

    private List<PlanFile.Entry> observe(
            Environment environment, NetworkAccess access, String text, List<String> remarks) {
        int colon = text.lastIndexOf(':');
        int port = colon < 0 ? 25 : port(text, text.substring(colon + 1));
        Name domain = name(colon < 0 ? text : text.substring(0, colon));
        Lookup lookup = new ValidatingResolver(
                access.resolver(),
                access.anchors(),
                ValidatorOptions.defaults().withPerLookup(network.timeout()),
                environment.clock());
        StsFetcher fetcher = new StsFetcher(
                access.network(),
                new ValidatedAddresses(lookup),
                access.authorities(),
                environment.clock(),
                network.timeout());
        Observer observer = new Observer(
                lookup, new StsCache(lookup, fetcher, StsStore.inMemory(), environment.clock()), environment.clock());
        Route route = new Planner(PlannerOptions.defaults()).plan(observer.observe(domain, port), Demand.ORDINARY);
        switch (route) {
            case Route.Hosts _ -> {}
            case Route.NoMail none ->
                remarks.add("nothing is judged for " + DomainNames.shown(domain) + ": " + bare(none.why()));
            case Route.Unknown open -> {
                unknown = true;
                remarks.add("nothing is judged for " + DomainNames.shown(domain) + ": " + bare(open.why()));
            }
        }
        return PlanFile.entries(domain, route);
    }

    /** Remarks end without a full stop. */
    private static String bare(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private static int port(String text, String digits) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 1 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("'" + text + "' has no good port: write example.jp or example.jp:587");
    }

    private static Name name(String text) {
        try {
            return DomainNames.parse(text);
        } catch (BadNameException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }
}
