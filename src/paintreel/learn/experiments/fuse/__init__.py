"""What each part of the fusion of painting and footage is worth, on held-out shots."""
