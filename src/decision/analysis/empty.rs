//! Why a clause covers nothing.
