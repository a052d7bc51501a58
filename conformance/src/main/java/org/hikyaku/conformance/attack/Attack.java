package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.policy.Demand;

/**
 * One thing that somebody does who stands between a sender and a receiver. Says where he puts his hands; what comes of it,
 * nobody says beforehand.
 */
public abstract class Attack {
    private final String id;
    private final String title;
    private final String act;
    private final Optional<Attacker> kind;

    /**
     * @param id stable, for programs and {@code --attack}
     * @param title a few words
     * @param act what he does, a sentence
     * @param kind the kind of attacker of the threat matrix that may do this; empty where the matrix has none
     */
    Attack(String id, String title, String act, Optional<Attacker> kind) {
        this.id = id;
        this.title = title;
        this.act = act;
        this.kind = kind;
    }

    public final String id() {
        return id;
    }

    public final String title() {
        return title;
    }

    public final String act() {
        return act;
    }

    public final Optional<Attacker> kind() {
        return kind;
    }

    /** What the mail demands that he has it in for. */
    public Demand demand() {
        return Demand.ORDINARY;
    }

    /** Puts his hands where he wants them; called once before the mail is sent. */
    abstract void takeSeat(Seat seat);

    @Override
    public String toString() {
        return id;
    }
}
