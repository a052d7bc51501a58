package org.hikyaku.conformance.attack;

/** The attacker changes what he can read: another account to pay to. */
class Tampering implements Hands {
    @Override
    public final String content(String line) {
        return line.replace(TestMail.ACCOUNT, TestMail.ATTACKERS_ACCOUNT);
    }
}
