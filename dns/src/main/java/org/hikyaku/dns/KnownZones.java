package org.hikyaku.dns;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.Name;

/**
 * What was found out of zones, for as long as it holds. Two look-ups that want the same zone at the same time share the
 * work: one judges it, the other waits.
 */
final class KnownZones {
    /** About what a judged zone takes in memory, without its keys. */
    private static final long ZONE_BYTES = 4096;

    /** About what a key takes besides its material, which is there twice. */
    private static final long KEY_BYTES = 500;

    /** Finds out what is to be thought of a zone. */
    interface Judgement {
        /** @param expectKeys whether the zone's keys are worth asking for before its DS is known */
        ZoneTrust of(Name zone, boolean expectKeys, LookupWork work) throws StoppedException;
    }

    private final Judgement judgement;
    private final BoundedCache<Name, ZoneTrust> known;
    private final ConcurrentHashMap<Name, CompletableFuture<ZoneTrust>> underway = new ConcurrentHashMap<>();

    KnownZones(ValidatorOptions options, Judgement judgement) {
        this.judgement = judgement;
        long zones = Math.max(2, options.cache().entries().value() / 4);
        this.known = new BoundedCache<>(zones, zones * ZONE_BYTES, KnownZones::bytes);
    }

    private static long bytes(ZoneTrust trust) {
        long bytes = ZONE_BYTES;
        if (trust instanceof ZoneTrust.Trusted zone) {
            // a handful of ordinary keys is counted already
            for (ZoneKey key : zone.keys()
                    .subList(Math.min(3, zone.keys().size()), zone.keys().size())) {
                bytes += KEY_BYTES + 2L * key.material().length;
            }
        }
        return bytes;
    }

    void forget(Name zone) {
        known.get(zone).ifPresent(trust -> known.remove(zone, trust));
    }

    void clear() {
        known.clear();
    }

    /**
     * What is known of the zone with this apex, or is found out now.
     *
     * @param expectKeys true when signatures were seen in the zone's name, so that its keys are worth asking for
     *     before its DS is known
     */
    ZoneTrust zone(Name zone, boolean expectKeys, LookupWork work) throws StoppedException {
        Optional<ZoneTrust> met = work.known(zone);
        if (met.isPresent()) {
            return met.get();
        }
        Optional<ZoneTrust> cached = known.get(zone);
        if (cached.isPresent() && cached.get().expiresAt() > work.nowMillis()) {
            work.zones().put(zone, cached.get());
            if (cached.get() instanceof ZoneTrust.Trusted) {
                work.reused().add(zone);
            }
            return cached.get();
        }
        CompletableFuture<ZoneTrust> mine = new CompletableFuture<>();
        CompletableFuture<ZoneTrust> others = underway.putIfAbsent(zone, mine);
        ZoneTrust judged;
        if (others == null) {
            try {
                judged = judge(zone, expectKeys, work);
                mine.complete(judged);
            } catch (StoppedException e) {
                mine.completeExceptionally(e);
                throw e;
            } finally {
                underway.remove(zone, mine);
                // whoever waits must never wait in vain, whatever went wrong here
                mine.completeExceptionally(work.stopped(
                        Failure.Kind.MALFORMED, "The zone " + BogusReasons.bare(zone) + " was not judged."));
            }
        } else {
            judged = sharedOrOwn(zone, expectKeys, others, work);
        }
        work.zones().put(zone, judged);
        return judged;
    }

    // another look-up's failure may be its own limit or deadline: try once for ourselves
    private ZoneTrust sharedOrOwn(Name zone, boolean expectKeys, CompletableFuture<ZoneTrust> others, LookupWork work)
            throws StoppedException {
        try {
            return work.await(others);
        } catch (StoppedException e) {
            if (!others.isDone()) {
                throw e;
            }
            return judge(zone, expectKeys, work);
        }
    }

    private ZoneTrust judge(Name zone, boolean expectKeys, LookupWork work) throws StoppedException {
        ZoneTrust judged = judgement.of(zone, expectKeys, work);
        known.put(zone, judged);
        return judged;
    }
}
