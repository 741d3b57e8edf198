//! Protected roles: nothing that names or changes them gets past. Pure.
