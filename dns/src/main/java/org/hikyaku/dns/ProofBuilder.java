package org.hikyaku.dns;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.Name;

/** Collects the zones and signatures that a look-up rests on, parents before children. */
final class ProofBuilder {
    private final Map<Name, Part> parts = new LinkedHashMap<>();
    private boolean thanksToSkew;

    private static final class Part {
        private Proof.Link link;
        private final Set<Proof.Signature> signatures = new LinkedHashSet<>();
        private String note;
        private final Set<ExtendedError> noticed = EnumSet.noneOf(ExtendedError.class);

        Part(Proof.Link link) {
            this.link = link;
            this.note = link.note();
            signatures.addAll(link.signatures());
            noticed.addAll(link.noticed());
        }
    }

    void add(ZoneTrust trust) {
        switch (trust) {
            case ZoneTrust.Trusted t -> {
                if (!parts.containsKey(t.zone())) {
                    add(t.parent(), t.byParent());
                    parts.put(t.zone(), new Part(t.link()));
                    thanksToSkew |= t.thanksToSkew();
                }
            }
            case ZoneTrust.Unsigned u -> {
                add(u.parent(), u.byParent());
                parts.putIfAbsent(u.zone(), new Part(u.link()));
                thanksToSkew |= u.thanksToSkew();
            }
            case ZoneTrust.Broken b -> {
                add(b.parent(), b.byParent());
                parts.putIfAbsent(b.zone(), new Part(b.link()));
            }
            case ZoneTrust.Within w -> add(w.enclosing());
        }
    }

    private void add(Optional<ZoneTrust.Trusted> parent, List<Proof.Signature> byParent) {
        if (parent.isPresent()) {
            add(parent.get());
            sign(parent.get().zone(), byParent);
        }
    }

    /** Adds signatures that were looked at in a zone added before. */
    void sign(Name zone, List<Proof.Signature> signatures) {
        Part part = parts.get(zone);
        if (part != null) {
            part.signatures.addAll(signatures);
        }
    }

    void good(Name zone, SetVerdict.Good good) {
        sign(zone, good.signatures());
        thanksToSkew |= good.thanksToSkew();
    }

    /** Something in the proof is good only thanks to the tolerance. */
    void skewed() {
        thanksToSkew = true;
    }

    void note(Name zone, String note) {
        Part part = parts.get(zone);
        if (part != null && !part.note.contains(note)) {
            part.note = part.note.isEmpty() ? note : part.note + " " + note;
        }
    }

    /** As {@link #note(Name, String)}, with the code that stands for it. */
    void note(Name zone, String note, ExtendedError code) {
        note(zone, note);
        Part part = parts.get(zone);
        if (part != null) {
            part.noticed.add(code);
        }
    }

    void broken(Name zone, String note) {
        Part part = parts.get(zone);
        if (part != null) {
            Proof.Link l = part.link;
            part.link =
                    new Proof.Link(l.zone(), Proof.Status.BOGUS, l.delegation(), l.keys(), l.signatures(), l.note());
            note(zone, note);
        }
    }

    Proof build() {
        List<Proof.Link> links = new ArrayList<>(parts.size());
        for (Part part : parts.values()) {
            Proof.Link l = part.link;
            links.add(new Proof.Link(
                    l.zone(),
                    l.status(),
                    l.delegation(),
                    l.keys(),
                    List.copyOf(part.signatures),
                    part.note,
                    part.noticed));
        }
        return new Proof(links, thanksToSkew);
    }
}
