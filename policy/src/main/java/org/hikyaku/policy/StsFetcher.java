package org.hikyaku.policy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.net.AddressLookup;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.HttpsClient;
import org.hikyaku.net.HttpsException;
import org.hikyaku.net.HttpsResponse;
import org.hikyaku.net.Network;
import org.hikyaku.net.PeerJudge;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CommonName;
import org.hikyaku.x509.NameMatch;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.hikyaku.x509.TrustAnchors;
import org.xbill.DNS.Name;

/**
 * Fetches policies over HTTPS (RFC 8461 section 3.3, S5): exactly {@code mta-sts.<domain>}, no redirects, no cache, a
 * certificate that public CAs vouch for with that DNS name, at most 64 KiB, at most a minute.
 */
public final class StsFetcher implements PolicySource {
    /** S5: one minute for the whole. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    private final Network network;
    private final AddressLookup addresses;
    private final PathFinder paths;
    private final InstantSource clock;
    private final Duration timeout;

    /** @param authorities who may vouch for policy hosts */
    public StsFetcher(
            Network network, AddressLookup addresses, TrustAnchors authorities, InstantSource clock, Duration timeout) {
        this.network = network;
        this.addresses = addresses;
        this.paths = new PathFinder(authorities);
        this.clock = clock;
        this.timeout = timeout;
    }

    @Override
    public PolicyFetch fetch(Name domain) {
        Instant at = clock.instant();
        URI uri;
        try {
            uri = uri(domain);
        } catch (IllegalArgumentException e) {
            return failed(
                    URI.create("https:/.well-known/mta-sts.txt"),
                    at,
                    List.of(),
                    Optional.empty(),
                    new StsProblem(
                            ResultType.STS_POLICY_FETCH_ERROR,
                            "\"mta-sts." + Printable.of(domain.toString(true))
                                    + "\" is no host name that HTTPS can ask."));
        }
        SeenChain seen = new SeenChain();
        HttpsClient client = new HttpsClient(network, addresses, seen);
        try {
            HttpsResponse response = client.get(uri, StsPolicyParser.MAX_SIZE, Deadline.after(timeout));
            return read(uri, at, seen.chain, response);
        } catch (HttpsException e) {
            return failed(uri, at, seen.chain, Optional.empty(), new StsProblem(type(e.kind()), sentence(uri, e)));
        }
    }

    /** Where a domain's policy is; throws {@link IllegalArgumentException} for a name that is no host name. */
    public static URI uri(Name domain) {
        return URI.create(
                "https://mta-sts." + domain.toString(true).toLowerCase(Locale.ROOT) + "/.well-known/mta-sts.txt");
    }

    private static ResultType type(HttpsException.Kind kind) {
        return switch (kind) {
            case CERTIFICATE -> ResultType.STS_WEBPKI_INVALID;
            // S5: more than 64 KiB is no policy, whatever it would say
            case LIMIT -> ResultType.STS_POLICY_INVALID;
            case ADDRESS, CONNECT, TLS, HTTP, TIMEOUT -> ResultType.STS_POLICY_FETCH_ERROR;
        };
    }

    private static String sentence(URI uri, HttpsException e) {
        String why = String.valueOf(e.getMessage());
        return "The policy at " + uri + " could not be fetched: " + why + (why.endsWith(".") ? "" : ".");
    }

    private static PolicyFetch read(URI uri, Instant at, List<Certificate> chain, HttpsResponse response) {
        Optional<String> body = Optional.of(new String(response.body(), StandardCharsets.UTF_8));
        if (response.status() != 200) {
            // S5: only 200; redirects must not be followed
            boolean redirect = response.status() >= 300 && response.status() < 400;
            return failed(
                    uri,
                    at,
                    chain,
                    body,
                    new StsProblem(
                            ResultType.STS_POLICY_FETCH_ERROR,
                            uri + " answered with status " + response.status()
                                    + (redirect ? ", a redirect, which must not be followed," : "")
                                    + " instead of 200 (S5)."));
        }
        List<String> warnings = new ArrayList<>(contentType(response));
        try {
            StsPolicyParser.Parsed parsed = StsPolicyParser.parse(response.body());
            warnings.addAll(parsed.warnings());
            return new PolicyFetch(uri, at, chain, body, warnings, new PolicyFetch.Result.Served(parsed.policy()));
        } catch (StsFormatException e) {
            return failed(
                    uri,
                    at,
                    chain,
                    body,
                    new StsProblem(
                            ResultType.STS_POLICY_INVALID, "The policy at " + uri + " is not valid: " + e.sentence()));
        }
    }

    /** S5: the media type is a SHOULD; the sender goes on. */
    private static List<String> contentType(HttpsResponse response) {
        String type = response.header("content-type").orElse("");
        String media = TagList.trim(type.split(";", 2)[0]).toLowerCase(Locale.ROOT);
        return media.equals("text/plain")
                ? List.of()
                : List.of("The policy is served "
                        + (media.isEmpty() ? "without a media type" : "as " + Printable.of(media))
                        + "; it should be text/plain (S5).");
    }

    private static PolicyFetch failed(
            URI uri, Instant at, List<Certificate> chain, Optional<String> body, StsProblem problem) {
        return new PolicyFetch(uri, at, chain, body, List.of(), new PolicyFetch.Result.NotServed(problem));
    }

    /** Judges the policy host's certificate, and remembers the chain for those who want to look at it. */
    private final class SeenChain implements PeerJudge {
        private List<Certificate> chain = List.of();

        @Override
        public Optional<String> objection(String host, List<byte[]> derChain) {
            List<Certificate> parsed = new ArrayList<>();
            try {
                for (byte[] der : derChain) {
                    parsed.add(Certificate.parse(der));
                }
            } catch (IOException e) {
                return Optional.of("a certificate of " + host + " cannot be read: " + e.getMessage());
            }
            chain = List.copyOf(parsed);
            return switch (paths.find(chain, clock.instant())) {
                case PathResult.Untrusted untrusted -> Optional.of(untrusted.sentence());
                // S5: DNS-ID only
                case PathResult.Trusted _ ->
                    NameMatch.matches(chain.getFirst(), host, CommonName.NEVER)
                            ? Optional.empty()
                            : Optional.of(
                                    "the certificate of " + host + " is for " + TlsaMatcher.namesOf(chain.getFirst()));
            };
        }
    }
}
