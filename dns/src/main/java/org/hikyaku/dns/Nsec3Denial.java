package org.hikyaku.dns;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.utils.base32;

/** Denial by NSEC3 (RFC 5155 section 8). */
final class Nsec3Denial implements Denial {
    private static final Name WILDCARD = Name.fromConstantString("*");
    private static final int OPT_OUT_FLAG = 1;
    private static final int HASH_LENGTH = 20;

    private final Name zone;
    private final List<Hashed> records;
    private final boolean tooManyIterations;
    private final LookupWork work;
    private final Map<Name, byte[]> hashes = new HashMap<>();

    /** An NSEC3 record with the hash that its owner name spells. */
    private static final class Hashed {
        private final byte[] owner;
        private final NSEC3Record nsec3;

        Hashed(byte[] owner, NSEC3Record nsec3) {
            this.owner = owner;
            this.nsec3 = nsec3;
        }

        boolean covers(byte[] hash) {
            byte[] next = nsec3.getNext();
            boolean last = Arrays.compareUnsigned(owner, next) >= 0;
            boolean after = Arrays.compareUnsigned(hash, owner) > 0;
            boolean before = Arrays.compareUnsigned(hash, next) < 0;
            return last ? after || before && !Arrays.equals(hash, owner) : after && before;
        }

        boolean isOptOut() {
            return (nsec3.getFlags() & OPT_OUT_FLAG) != 0;
        }
    }

    /** The closest encloser proof of RFC 5155 section 8.3: the encloser exists, the name next below it does not. */
    private record Encloser(Name name, Hashed nextCloserCover) {}

    Nsec3Denial(Name zone, List<NSEC3Record> nsec3s, int maxIterations, LookupWork work) {
        this.zone = zone;
        this.work = work;
        List<Hashed> usable = new ArrayList<>(nsec3s.size());
        boolean tooMany = false;
        for (NSEC3Record nsec3 : nsec3s) {
            Optional<byte[]> owner = ownerHash(zone, nsec3);
            // RFC 5155 section 8.1 and 8.2: unknown hash algorithms and flags are ignored
            if (owner.isEmpty()
                    || nsec3.getHashAlgorithm() != NSEC3Record.SHA1_DIGEST_ID
                    || (nsec3.getFlags() & ~OPT_OUT_FLAG) != 0
                    || nsec3.getNext() == null
                    || nsec3.getNext().length != HASH_LENGTH) {
                continue;
            }
            if (usable.isEmpty() || sameParameters(usable.getFirst().nsec3, nsec3)) {
                usable.add(new Hashed(owner.get(), nsec3));
                tooMany |= nsec3.getIterations() > maxIterations;
            }
        }
        records = usable;
        tooManyIterations = tooMany;
    }

    private static boolean sameParameters(NSEC3Record one, NSEC3Record other) {
        return one.getIterations() == other.getIterations() && Arrays.equals(salt(one), salt(other));
    }

    private static byte[] salt(NSEC3Record nsec3) {
        byte[] salt = nsec3.getSalt();
        return salt == null ? new byte[0] : salt;
    }

    private static Optional<byte[]> ownerHash(Name zone, NSEC3Record nsec3) {
        Name owner = nsec3.getName();
        if (owner.labels() != zone.labels() + 1 || !owner.subdomain(zone)) {
            return Optional.empty();
        }
        byte[] hash = new base32(base32.Alphabet.BASE32HEX, false, false).fromString(owner.getLabelString(0));
        return hash != null && hash.length == HASH_LENGTH ? Optional.of(hash) : Optional.empty();
    }

    @Override
    public DenialOutcome negative(Name name, int type, boolean nxdomain) throws StoppedException {
        if (tooManyIterations) {
            return DenialOutcome.TOO_MANY_ITERATIONS;
        }
        Optional<Hashed> match = matching(name);
        if (match.isPresent()) {
            // RFC 5155 section 8.5 and 8.6
            return deniesType(match.get(), name, type) ? DenialOutcome.NO_DATA : DenialOutcome.NOT_PROVED;
        }
        Optional<Encloser> encloser = closestEncloser(name);
        if (encloser.isEmpty()) {
            return DenialOutcome.NOT_PROVED;
        }
        boolean optOut = encloser.get().nextCloserCover().isOptOut();
        DenialOutcome plain = byWildcard(encloser.get().name(), type);
        if (plain != DenialOutcome.NOT_PROVED) {
            // RFC 5155 section 9.2: with opt-out, the name may be an unsigned delegation after all
            return optOut ? DenialOutcome.OPT_OUT : plain;
        }
        // RFC 5155 section 8.6: no data, in an opt-out range
        return optOut && !nxdomain ? DenialOutcome.OPT_OUT : DenialOutcome.NOT_PROVED;
    }

    private DenialOutcome byWildcard(Name encloser, int type) throws StoppedException {
        try {
            Name wildcard = Name.concatenate(WILDCARD, encloser);
            Optional<Hashed> match = matching(wildcard);
            if (match.isPresent()) {
                // RFC 5155 section 8.7
                return deniesType(match.get(), wildcard, type) ? DenialOutcome.NO_DATA : DenialOutcome.NOT_PROVED;
            }
            // RFC 5155 section 8.4
            return covering(wildcard).isPresent() ? DenialOutcome.NAME_ERROR : DenialOutcome.NOT_PROVED;
        } catch (NameTooLongException e) {
            return DenialOutcome.NAME_ERROR;
        }
    }

    @Override
    public DenialOutcome wildcardAnswer(Name name, int encloserLabels) throws StoppedException {
        if (tooManyIterations) {
            return DenialOutcome.TOO_MANY_ITERATIONS;
        }
        // RFC 5155 section 8.8: the wildcard shows its encloser, so only the next closer name has to be denied
        int strip = name.labels() - 1 - (encloserLabels + 1);
        if (strip < 0) {
            return DenialOutcome.NOT_PROVED;
        }
        Optional<Hashed> cover = covering(strip == 0 ? name : new Name(name, strip));
        if (cover.isEmpty()) {
            return DenialOutcome.NOT_PROVED;
        }
        return cover.get().isOptOut() ? DenialOutcome.OPT_OUT : DenialOutcome.WILDCARD_FITS;
    }

    @Override
    public DenialOutcome delegation(Name name) throws StoppedException {
        if (tooManyIterations) {
            return DenialOutcome.TOO_MANY_ITERATIONS;
        }
        Optional<Hashed> match = matching(name);
        if (match.isPresent()) {
            NSEC3Record nsec3 = match.get().nsec3;
            return TypeBits.delegation(nsec3::hasType);
        }
        // RFC 5155 section 8.9
        Optional<Encloser> encloser = closestEncloser(name);
        if (encloser.isEmpty()) {
            return DenialOutcome.NOT_PROVED;
        }
        return encloser.get().nextCloserCover().isOptOut() ? DenialOutcome.OPT_OUT : DenialOutcome.NO_DELEGATION;
    }

    @Override
    public Proof.Vouching noDs() {
        return Proof.Vouching.NO_DS_BY_NSEC3;
    }

    private static boolean deniesType(Hashed hashed, Name owner, int type) {
        return TypeBits.deny(hashed.nsec3::hasType, owner, type);
    }

    // RFC 5155 section 8.3
    private Optional<Encloser> closestEncloser(Name name) throws StoppedException {
        Name nextCloser = name;
        for (int strip = 1; name.labels() - strip >= zone.labels(); strip++) {
            Name candidate = new Name(name, strip);
            Optional<Hashed> match = matching(candidate);
            if (match.isPresent()) {
                NSEC3Record nsec3 = match.get().nsec3;
                if (TypeBits.isCutOrDname(nsec3::hasType)) {
                    return Optional.empty();
                }
                return covering(nextCloser).map(cover -> new Encloser(candidate, cover));
            }
            nextCloser = candidate;
        }
        return Optional.empty();
    }

    private Optional<Hashed> matching(Name name) throws StoppedException {
        if (records.isEmpty()) {
            return Optional.empty();
        }
        byte[] hash = hash(name);
        for (Hashed hashed : records) {
            if (Arrays.equals(hashed.owner, hash)) {
                return Optional.of(hashed);
            }
        }
        return Optional.empty();
    }

    private Optional<Hashed> covering(Name name) throws StoppedException {
        if (records.isEmpty()) {
            return Optional.empty();
        }
        byte[] hash = hash(name);
        for (Hashed hashed : records) {
            if (hashed.covers(hash)) {
                return Optional.of(hashed);
            }
        }
        return Optional.empty();
    }

    private byte[] hash(Name name) throws StoppedException {
        byte[] known = hashes.get(name);
        if (known != null) {
            return known;
        }
        work.countNsec3Hash();
        NSEC3Record parameters = records.getFirst().nsec3;
        byte[] hash = hash(name, parameters.getIterations(), salt(parameters));
        hashes.put(name, hash);
        return hash;
    }

    /** RFC 5155 section 5: IH(salt, x, k) = H(IH(salt, x, k - 1) | salt) over the canonical name. */
    static byte[] hash(Name name, int iterations, byte[] salt) {
        MessageDigest sha1 = sha1();
        sha1.update(name.toWireCanonical());
        sha1.update(salt);
        byte[] hash = sha1.digest();
        for (int i = 0; i < iterations; i++) {
            sha1.update(hash);
            sha1.update(salt);
            hash = sha1.digest();
        }
        return hash;
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
