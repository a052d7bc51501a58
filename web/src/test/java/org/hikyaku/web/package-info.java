@NullMarked
package org.hikyaku.web;

import org.jspecify.annotations.NullMarked;
