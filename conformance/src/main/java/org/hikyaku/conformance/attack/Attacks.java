package org.hikyaku.conformance.attack;

import java.util.List;

/** All attacks there are, in the order in which they are told. */
public final class Attacks {
    private static final List<Attack> ALL = List.of(
            new Listen(),
            new StripStartTls(),
            new RefuseStartTls(),
            new BreakHandshake(),
            new OlderTls(),
            new FakeServer(),
            new RogueAuthority(),
            new ForgeMx(),
            new ForgeMxToDane(),
            new ForgeAddress(),
            new ForgePolicyRecord(),
            new NewPolicyId(),
            OldPolicy.untrusted(),
            OldPolicy.trusted(),
            new StripRequireTls());

    private Attacks() {}

    public static List<Attack> all() {
        return ALL;
    }
}
