package org.hikyaku.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.Name;

/**
 * Keeps fetched policies, one for each domain. Safe for use by many threads. Expired ones may vanish at any time.
 */
public interface StsStore {

    Optional<StoredPolicy> find(Name domain);

    /** Keeps the policy in place of an earlier one of the same domain; durable when it returns, where the store is. */
    void put(StoredPolicy policy);

    /** All domains that a policy is kept of. */
    List<Name> domains();

    /** Those of them whose policy has this age: a look that needs no policy read, where there are a million. */
    default List<Name> domains(Age wanted) {
        return domains().stream()
                .filter(d -> find(d).filter(p -> wanted.test(
                                p.fetched().getEpochSecond(),
                                p.policy().maxAge().toSeconds()))
                        .isPresent())
                .toList();
    }

    /** A test of when a policy was fetched and how long it lives. */
    @FunctionalInterface
    interface Age {
        /**
         * @param fetched Unix seconds
         * @param maxAge seconds
         */
        boolean test(long fetched, long maxAge);
    }

    /** A store that forgets with the process: for a single check. */
    static StsStore inMemory() {
        Map<Name, StoredPolicy> policies = new ConcurrentHashMap<>();
        return new StsStore() {
            @Override
            public Optional<StoredPolicy> find(Name domain) {
                return Optional.ofNullable(policies.get(domain));
            }

            @Override
            public void put(StoredPolicy policy) {
                policies.put(policy.domain(), policy);
            }

            @Override
            public List<Name> domains() {
                return List.copyOf(policies.keySet());
            }
        };
    }
}
