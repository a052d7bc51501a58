package org.hikyaku.dns;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;

/** Denial by NSEC (RFC 4035 section 5.4, RFC 6840 section 4). */
final class NsecDenial implements Denial {
    private static final Name WILDCARD = Name.fromConstantString("*");

    private final List<NSECRecord> records;

    NsecDenial(List<NSECRecord> records) {
        this.records = records;
    }

    @Override
    public DenialOutcome negative(Name name, int type, boolean nxdomain) {
        Optional<NSECRecord> match = matching(name);
        if (match.isPresent()) {
            return deniesType(match.get(), type) ? DenialOutcome.NO_DATA : DenialOutcome.NOT_PROVED;
        }
        Optional<NSECRecord> cover = covering(name);
        if (cover.isEmpty()) {
            return DenialOutcome.NOT_PROVED;
        }
        if (isEmptyNonTerminal(cover.get(), name)) {
            return DenialOutcome.NO_DATA;
        }
        try {
            Name wildcard = Name.concatenate(WILDCARD, closestEncloser(cover.get(), name));
            Optional<NSECRecord> wildcardMatch = matching(wildcard);
            if (wildcardMatch.isPresent()) {
                return deniesType(wildcardMatch.get(), type) ? DenialOutcome.NO_DATA : DenialOutcome.NOT_PROVED;
            }
            return covering(wildcard).isPresent() ? DenialOutcome.NAME_ERROR : DenialOutcome.NOT_PROVED;
        } catch (NameTooLongException e) {
            // a name of 255 octets has no room for the wildcard: there is none
            return DenialOutcome.NAME_ERROR;
        }
    }

    @Override
    public DenialOutcome wildcardAnswer(Name name, int encloserLabels) {
        Optional<NSECRecord> cover = covering(name);
        // the NSEC itself shows the closest encloser; it has to be the one that the wildcard stands under
        return cover.isPresent()
                        && !isEmptyNonTerminal(cover.get(), name)
                        && closestEncloser(cover.get(), name).labels() - 1 == encloserLabels
                ? DenialOutcome.WILDCARD_FITS
                : DenialOutcome.NOT_PROVED;
    }

    @Override
    public DenialOutcome delegation(Name name) {
        Optional<NSECRecord> match = matching(name);
        if (match.isPresent()) {
            NSECRecord nsec = match.get();
            return TypeBits.delegation(nsec::hasType);
        }
        return covering(name).isPresent() ? DenialOutcome.NO_DELEGATION : DenialOutcome.NOT_PROVED;
    }

    @Override
    public Proof.Vouching noDs() {
        return Proof.Vouching.NO_DS_BY_NSEC;
    }

    private static boolean deniesType(NSECRecord nsec, int type) {
        return TypeBits.deny(nsec::hasType, nsec.getName(), type);
    }

    private Optional<NSECRecord> matching(Name name) {
        for (NSECRecord nsec : records) {
            if (nsec.getName().equals(name)) {
                return Optional.of(nsec);
            }
        }
        return Optional.empty();
    }

    private Optional<NSECRecord> covering(Name name) {
        for (NSECRecord nsec : records) {
            if (covers(nsec, name) && !isAncestorDelegation(nsec, name)) {
                return Optional.of(nsec);
            }
        }
        return Optional.empty();
    }

    private static boolean covers(NSECRecord nsec, Name name) {
        int afterOwner = name.compareTo(nsec.getName());
        int beforeNext = name.compareTo(nsec.getNext());
        // the last NSEC of a zone points back to the apex (RFC 4034 section 4.1.1)
        boolean last = nsec.getName().compareTo(nsec.getNext()) >= 0;
        return last ? afterOwner > 0 || beforeNext < 0 : afterOwner > 0 && beforeNext < 0;
    }

    // RFC 6840 section 4.1: the parent's NSEC at a delegation, or one at a DNAME, says nothing about names below
    private static boolean isAncestorDelegation(NSECRecord nsec, Name name) {
        return name.subdomain(nsec.getName()) && TypeBits.isCutOrDname(nsec::hasType);
    }

    private static boolean isEmptyNonTerminal(NSECRecord cover, Name name) {
        return cover.getNext().subdomain(name);
    }

    private static Name closestEncloser(NSECRecord cover, Name name) {
        Name byOwner = commonAncestor(name, cover.getName());
        Name byNext = commonAncestor(name, cover.getNext());
        return byOwner.labels() >= byNext.labels() ? byOwner : byNext;
    }

    private static Name commonAncestor(Name name, Name other) {
        for (int strip = 1; strip < name.labels(); strip++) {
            Name ancestor = new Name(name, strip);
            if (other.subdomain(ancestor)) {
                return ancestor;
            }
        }
        return Name.root;
    }
}
