package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.BadTrustAnchorException;
import org.hikyaku.dns.NoResolverException;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.SkewRule;
import org.hikyaku.dns.StubOptions;
import org.hikyaku.dns.StubResolver;
import org.hikyaku.dns.SystemResolvers;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** {@code hikyaku dns NAME TYPE}: an answer with its proof, or the reason for its failure. */
@Command(
        name = "dns",
        mixinStandardHelpOptions = true,
        description = {
            "Look a name up, validate the answer by DNSSEC from the root down, and show the chain of trust.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  hikyaku dns example.jp MX",
            "  hikyaku dns _25._tcp.mx.example.jp TLSA --resolver 192.0.2.53 --json",
            "  hikyaku dns example.jp MX --at 2026-12-24T00:00:00Z    will it still be valid then?",
            "",
            "Exit codes: 0 secure or insecure, 1 bogus, 2 wrong call, 3 could not find out.",
            "The JSON is described in docs/dns.md."
        })
final class DnsCommand implements Callable<Integer> {
    private final Environment environment;

    @Parameters(
            index = "0",
            paramLabel = "NAME",
            description = "The domain name; letters of any script; the last dot may be left out.")
    private String name = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            defaultValue = "A",
            paramLabel = "TYPE",
            description = "The record type, such as MX, TLSA or TYPE65 (default: ${DEFAULT-VALUE}).")
    private String type = "A";

    @Option(
            names = "--at",
            paramLabel = "TIME",
            converter = TimeOption.class,
            description = "Judge signatures as of this time: 2026-11-22T01:02:03Z, or 20261122010203 in UTC.")
    private @Nullable Instant at;

    @Option(
            names = "--skew-min",
            paramLabel = "SECONDS",
            converter = SkewSeconds.class,
            description = "Clock skew that is always forgiven (default: 3600).")
    private Duration skewMin = SkewRule.defaults().min();

    @Option(
            names = "--skew-max",
            paramLabel = "SECONDS",
            converter = SkewSeconds.class,
            description = "Clock skew that is forgiven at most (default: 86400). In between it is a tenth of the"
                    + " signature's lifetime.")
    private Duration skewMax = SkewRule.defaults().max();

    @Option(
            names = "--sha1",
            description = "Accept signatures with SHA-1 (algorithms 5 and 7) instead of treating such zones as unsigned"
                    + " (RFC 9905).")
    private boolean sha1;

    @Mixin
    private NetworkOptions network = new NetworkOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    DnsCommand(Environment environment) {
        this.environment = environment;
    }

    @Override
    public Integer call() throws IOException {
        Question question = question();
        InstantSource clock = at == null ? environment.clock() : InstantSource.fixed(at);
        Answer answer = answer(question, clock);
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        if (json.wanted()) {
            JsonOption.print(environment.terminal().out(), DnsJson.document(answer, now));
        } else {
            new DnsText(environment.terminal(), now).print(answer);
        }
        return exitCode(answer).code();
    }

    static ExitCode exitCode(Answer answer) {
        return switch (answer) {
            case Answer.Secure secure -> ExitCode.OK;
            case Answer.Insecure insecure -> ExitCode.OK;
            case Answer.Bogus bogus -> ExitCode.FINDINGS;
            case Answer.Failed failed -> ExitCode.UNKNOWN;
        };
    }

    private Answer answer(Question question, InstantSource clock) throws IOException {
        ValidatorOptions options = ValidatorOptions.defaults()
                .withSkew(new SkewRule(skewMin, skewMax))
                .withSha1(sha1)
                .withPerLookup(network.timeout());
        TrustAnchors anchors = anchors();
        try (StubResolver stub = new StubResolver(resolvers(), StubOptions.defaults());
                Progress progress = environment.terminal().progress("looking up " + question)) {
            ValidatingResolver resolver = new ValidatingResolver(stub, anchors, options, clock);
            progress.say("looking up " + question + " and the chain of trust above it");
            return resolver.lookup(question);
        }
    }

    private Question question() {
        Name asked = GivenName.of(name);
        int number = Type.value(type.toUpperCase(Locale.ROOT));
        if (number < 0) {
            throw new UsageException(
                    "\"" + type + "\" is no record type that is known here; write its number, as in TYPE65.");
        }
        if (!Type.isRR(number) || number == Type.RRSIG || number == 0) {
            throw new UsageException(Type.string(number) + " cannot be looked up with validation: "
                    + (number == Type.RRSIG
                            ? "signatures are not signed themselves."
                            : "it is not the type of a record set."));
        }
        return new Question(asked, number);
    }

    private TrustAnchors anchors() {
        Optional<Path> file = network.trustAnchor();
        if (file.isEmpty()) {
            return TrustAnchors.builtIn();
        }
        try {
            return TrustAnchors.ofFile(file.get());
        } catch (BadTrustAnchorException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new UsageException(
                    "The trust anchor file " + file.get() + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private List<InetSocketAddress> resolvers() {
        if (!network.resolvers().isEmpty()) {
            return network.resolvers();
        }
        try {
            return SystemResolvers.configured();
        } catch (NoResolverException e) {
            throw new UndecidedException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Whole seconds, as many as fit 31 bits: the times of signatures have no more. */
    static final class SkewSeconds implements ITypeConverter<Duration> {
        private static final int MOST_DIGITS = 10;

        @Override
        public Duration convert(String text) {
            if (!text.isEmpty()
                    && text.length() <= MOST_DIGITS
                    && text.chars().allMatch(c -> c >= '0' && c <= '9')
                    && Long.parseLong(text) <= Integer.MAX_VALUE) {
                return Duration.ofSeconds(Long.parseLong(text));
            }
            throw new TypeConversionException(
                    "'" + text + "' is not a whole number of seconds from 0 to " + Integer.MAX_VALUE);
        }
    }
}
