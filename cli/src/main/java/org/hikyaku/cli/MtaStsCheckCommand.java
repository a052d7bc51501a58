package org.hikyaku.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.dns.Lookup;
import org.hikyaku.policy.PolicyFetch;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.StsStore;
import org.hikyaku.x509.Certificate;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code hikyaku mta-sts check DOMAIN}: record, policy host, policy, and whether it names the MX hosts. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description = {"Fetch a domain's MTA-STS policy as a sender does, and hold it against the MX records.", ""},
        footer = {
            "",
            "Example:",
            "  hikyaku mta-sts check example.jp",
            "",
            "Exit codes: 0 a policy that is in order, 1 none or one with faults, 2 wrong call, 3 could not find out."
        })
final class MtaStsCheckCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(paramLabel = "DOMAIN", description = "The mail domain; letters of any script.")
    private String domain = "";

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    MtaStsCheckCommand(Environment environment) {
        this.environment = environment;
    }

    /** One MX host, and whether the policy names it. */
    private record MxHost(Name name, int preference, boolean named) {}

    /**
     * What was found out.
     *
     * @param mx empty without a policy that names hosts
     * @param mxProblem why the MX hosts are not known
     */
    private record Findings(Name domain, StsObservation sts, List<MxHost> mx, Optional<String> mxProblem) {

        Optional<StsPolicy> policy() {
            return sts instanceof StsObservation.InForce force ? Optional.of(force.policy()) : Optional.empty();
        }

        List<String> warnings() {
            return sts.fetch().map(PolicyFetch::warnings).orElse(List.of());
        }

        ExitCode exitCode() {
            return switch (sts) {
                case StsObservation.Unknown _ -> ExitCode.UNKNOWN;
                case StsObservation.NoPolicy _, StsObservation.Unavailable _ -> ExitCode.FINDINGS;
                case StsObservation.InForce force -> {
                    boolean fault = force.problem().isPresent()
                            || !warnings().isEmpty()
                            || mx.stream().anyMatch(h -> !h.named());
                    yield fault ? ExitCode.FINDINGS : mxProblem.isPresent() ? ExitCode.UNKNOWN : ExitCode.OK;
                }
            };
        }
    }

    @Override
    public Integer call() {
        Name name = GivenName.of(domain);
        Findings findings;
        try (NetworkAccess access = environment.internet().open(network);
                Progress _ = environment.terminal().progress("fetching the policy of " + domain)) {
            findings = find(name, access);
        }
        if (json.wanted()) {
            JsonOption.print(environment.terminal().out(), document(findings));
        } else {
            print(findings);
        }
        return findings.exitCode().code();
    }

    private Findings find(Name name, NetworkAccess access) {
        Lookup lookup = access.lookup(network.timeout(), environment.clock());
        StsFetcher fetcher = access.fetcher(lookup, StsFetcher.DEFAULT_TIMEOUT, environment.clock());
        StsObservation sts = new StsCache(lookup, fetcher, StsStore.inMemory(), environment.clock()).observe(name);
        if (!(sts instanceof StsObservation.InForce force) || force.policy().mode() == StsPolicy.Mode.NONE) {
            return new Findings(name, sts, List.of(), Optional.empty());
        }
        return switch (lookup.lookup(name, Type.MX)) {
            case Answer.Definite definite ->
                new Findings(name, sts, hosts(name, definite.content(), force.policy()), Optional.empty());
            case Answer.Bogus bogus ->
                new Findings(name, sts, List.of(), Optional.of(bogus.reason().sentence()));
            case Answer.Failed failed ->
                new Findings(name, sts, List.of(), Optional.of(failed.failure().sentence()));
        };
    }

    /** The MX hosts by preference; the domain itself where there are none (RFC 5321 section 5.1). */
    private static List<MxHost> hosts(Name domain, Content content, StsPolicy policy) {
        return switch (content) {
            case Content.NxDomain _ -> List.of();
            case Content.NoData _ -> List.of(new MxHost(domain, 0, policy.names(domain)));
            case Content.Records records -> {
                List<MxHost> hosts = new ArrayList<>();
                records.records().stream()
                        .filter(MXRecord.class::isInstance)
                        .map(MXRecord.class::cast)
                        .filter(r -> !r.getTarget().equals(Name.root))
                        .sorted(Comparator.comparingInt(MXRecord::getPriority))
                        .forEach(r ->
                                hosts.add(new MxHost(r.getTarget(), r.getPriority(), policy.names(r.getTarget()))));
                yield hosts;
            }
        };
    }

    private void print(Findings findings) {
        Terminal terminal = environment.terminal();
        PrintWriter out = terminal.out();
        out.println(terminal.paint(Paint.STRONG, DomainNames.shown(findings.domain())));
        switch (findings.sts()) {
            case StsObservation.NoPolicy none -> bad(out, "record", none.why());
            case StsObservation.Unknown unknown -> doubtful(out, "record", "not found out: " + unknown.why());
            case StsObservation.Unavailable un -> {
                out.println("  record   id " + un.id());
                certificate(out, un.fetch());
                bad(
                        out,
                        "policy",
                        un.problem().sentence() + " [" + un.problem().type().token() + "]");
            }
            case StsObservation.InForce force -> {
                out.println("  record   id " + force.id());
                certificate(out, force.fetch());
                force.problem().ifPresent(p -> bad(out, "policy", p.sentence()));
                out.print("  policy   ");
                MtaStsParseCommand.print(out, terminal, force.policy(), findings.warnings());
            }
        }
        for (MxHost host : findings.mx()) {
            String line = host.preference() + " " + host.name().toString(true);
            if (host.named()) {
                out.println("  host     " + line + "   named by the policy");
            } else {
                bad(out, "host", line + "   NOT named by the policy: senders that know it hold mail back (S7)");
            }
        }
        findings.mxProblem().ifPresent(p -> doubtful(out, "host", "not found out: " + p));
        out.flush();
    }

    private void certificate(PrintWriter out, Optional<PolicyFetch> fetch) {
        fetch.map(PolicyFetch::chain)
                .filter(c -> !c.isEmpty())
                .map(List::getFirst)
                .ifPresent(c -> out.println("  web      certificate for " + c.label() + ", until " + c.notAfter()));
    }

    private void bad(PrintWriter out, String what, String sentence) {
        line(out, Paint.BAD, what, sentence);
    }

    private void doubtful(PrintWriter out, String what, String sentence) {
        line(out, Paint.DOUBTFUL, what, sentence);
    }

    private void line(PrintWriter out, Paint paint, String what, String sentence) {
        Terminal terminal = environment.terminal();
        String start = "  " + what + " ".repeat(9 - what.length());
        for (String line : Wrapped.lines(sentence, terminal.width() - start.length())) {
            out.println(start + terminal.paint(paint, line));
            start = " ".repeat(start.length());
        }
    }

    private static ObjectNode document(Findings findings) {
        ObjectNode document = JsonOption.document("hikyaku.mta-sts-check/1");
        document.put("domain", findings.domain().toString(true));
        switch (findings.sts()) {
            case StsObservation.NoPolicy none ->
                document.put(
                                "state",
                                switch (none.reason()) {
                                    case ABSENT -> "absent";
                                    case INVALID -> "record-invalid";
                                })
                        .put("sentence", none.why());
            case StsObservation.Unknown unknown ->
                document.put("state", "unknown").put("sentence", unknown.why());
            case StsObservation.Unavailable un ->
                document.put("state", "unavailable")
                        .put("id", un.id())
                        .put("problem", un.problem().type().token())
                        .put("sentence", un.problem().sentence());
            case StsObservation.InForce force ->
                document.put("state", "in-force").put("id", force.id());
        }
        findings.policy().ifPresent(p -> MtaStsParseCommand.policy(document.putObject("policy"), p));
        findings.sts().fetch().ifPresent(f -> {
            ObjectNode host =
                    document.putObject("policyHost").put("uri", f.uri().toString());
            if (!f.chain().isEmpty()) {
                Certificate certificate = f.chain().getFirst();
                host.put("notAfter", certificate.notAfter().toString());
                ArrayNode names = host.putArray("dnsNames");
                certificate.dnsNames().forEach(names::add);
            }
        });
        ArrayNode warnings = document.putArray("warnings");
        findings.warnings().forEach(warnings::add);
        ArrayNode mx = document.putArray("mx");
        findings.mx()
                .forEach(h -> mx.addObject()
                        .put("name", h.name().toString(true))
                        .put("preference", h.preference())
                        .put("named", h.named()));
        findings.mxProblem().ifPresent(p -> document.put("mxProblem", p));
        return document;
    }
}
