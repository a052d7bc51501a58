@NullMarked
package org.hikyaku.policy.service;

import org.jspecify.annotations.NullMarked;
