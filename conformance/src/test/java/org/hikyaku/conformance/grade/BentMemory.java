package org.hikyaku.conformance.grade;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Question;
import org.hikyaku.policy.PolicyFetch;
import org.hikyaku.policy.PolicySource;
import org.hikyaku.policy.StoredPolicy;
import org.hikyaku.policy.StsFormatException;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsObservation.InForce;
import org.hikyaku.policy.StsObservation.NoPolicy;
import org.hikyaku.policy.StsPolicyParser;
import org.hikyaku.policy.StsRecord;
import org.hikyaku.policy.StsSource;
import org.hikyaku.policy.StsStore;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Senders that remember wrongly, or not at all. */
final class BentMemory {
    private BentMemory() {}

    /** Never lets a policy expire (S15). */
    static Conscience ignoresMaxAge() {
        return new Conscience() {
            @Override
            StsStore kept(StsStore honest) {
                return new Unending(honest);
            }
        };
    }

    /** Policies that live a year, whatever they say. */
    private record Unending(StsStore honest) implements StsStore {
        @Override
        public Optional<StoredPolicy> find(Name domain) {
            return honest.find(domain).map(Unending::longer);
        }

        private static StoredPolicy longer(StoredPolicy policy) {
            String text = new String(policy.body(), StandardCharsets.UTF_8)
                    .replaceAll("max_age: [0-9]+", "max_age: " + StsPolicyParser.MAX_AGE);
            try {
                return StoredPolicy.of(
                        policy.domain(), policy.id(), policy.fetched(), text.getBytes(StandardCharsets.UTF_8));
            } catch (StsFormatException e) {
                throw new IllegalStateException("a policy stays one", e);
            }
        }

        @Override
        public void put(StoredPolicy policy) {
            honest.put(policy);
        }

        @Override
        public List<Name> domains() {
            return honest.domains();
        }
    }

    /** Forgets policies when it is restarted (S16). */
    static Conscience forgetsAtARestart() {
        return new Conscience() {
            @Override
            StsStore afterRestart(StsStore honest) {
                return StsStore.inMemory();
            }
        };
    }

    /** Looks at what was seen of a policy before, and at what is seen now. */
    private static Conscience remembers(BiFunction<InForce, StsObservation, StsObservation> choice) {
        Map<Name, InForce> before = new ConcurrentHashMap<>();
        return new Conscience() {
            @Override
            StsSource policy(StsSource honest) {
                return domain -> {
                    StsObservation now = honest.observe(domain);
                    InForce old = before.get(domain);
                    StsObservation chosen = old == null ? now : choice.apply(old, now);
                    if (chosen instanceof InForce f) {
                        before.put(domain, f);
                    }
                    return chosen;
                };
            }
        };
    }

    private static StsRecord.Reading reading(StsObservation seen) {
        return seen.record() instanceof Answer.Definite d
                ? StsRecord.read(d.content())
                : new StsRecord.Reading.Absent();
    }

    /** Makes a policy's life longer as often as the record has the same id (S15). */
    static Conscience extendsWhatHasTheSameId() {
        return remembers((old, now) -> reading(now) instanceof StsRecord.Reading.Found f
                        && f.record().id().equals(old.id())
                ? old
                : now);
    }

    /** Keeps a policy to its end, whatever id there is (S4). */
    static Conscience ignoresNewIds(InstantSource clock) {
        return remembers((old, now) -> clock.instant().isBefore(old.expires()) ? old : now);
    }

    /** Gives a policy up when a new one cannot be fetched (S4). */
    static Conscience losesWhatCannotBeRenewed() {
        return remembers((old, now) -> now instanceof InForce f && f.problem().isPresent()
                ? new StsObservation.Unavailable(f.record(), f.id(), f.problem().get(), f.fetch())
                : now);
    }

    /** Gives a policy up when its record is gone (S3). */
    static Conscience forgetsWithTheRecord() {
        return remembers((old, now) -> reading(now) instanceof StsRecord.Reading.Absent
                ? new NoPolicy(now.record(), NoPolicy.Reason.ABSENT, "bent")
                : now);
    }

    /** Keeps TLSA records for ever (D23). */
    static Conscience keepsTlsaRecords() {
        Map<Question, Answer> kept = new ConcurrentHashMap<>();
        return new Conscience() {
            @Override
            Lookup lookup(Lookup honest) {
                return q -> q.type() == Type.TLSA ? kept.computeIfAbsent(q, honest::lookup) : honest.lookup(q);
            }
        };
    }

    /** Takes a connection that is open for good enough, whoever it was opened for (D26). */
    static Conscience reusesConnections() {
        return new Conscience() {
            @Override
            boolean keepsConnections() {
                return true;
            }
        };
    }

    /** Takes the last of several equal fields of a policy (S6). */
    static Conscience takesTheLastField() {
        return new Conscience() {
            @Override
            PolicySource policies(PolicySource honest) {
                return domain -> {
                    PolicyFetch fetch = honest.fetch(domain);
                    return fetch.body().isPresent() && fetch.result() instanceof PolicyFetch.Result.Served
                            ? lastFields(fetch, fetch.body().get())
                            : fetch;
                };
            }
        };
    }

    private static PolicyFetch lastFields(PolicyFetch fetch, String body) {
        Map<String, String> last = new LinkedHashMap<>();
        List<String> lines = new ArrayList<>();
        for (String line : body.split("\r?\n")) {
            String key = line.split(":", 2)[0];
            if (key.equals("mx")) {
                lines.add(line);
            } else {
                last.put(key, line);
            }
        }
        lines.addAll(0, last.values());
        String text = String.join("\r\n", lines) + "\r\n";
        try {
            return new PolicyFetch(
                    fetch.uri(),
                    fetch.at(),
                    fetch.chain(),
                    Optional.of(text),
                    fetch.warnings(),
                    new PolicyFetch.Result.Served(StsPolicyParser.parse(text.getBytes(StandardCharsets.UTF_8))
                            .policy()));
        } catch (StsFormatException e) {
            throw new IllegalStateException("a policy stays one", e);
        }
    }
}
