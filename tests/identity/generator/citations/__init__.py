"""Invented scientific literature as libraries, exports of the web and lists of references cite it."""
