"""What every page needs: who may see it, its headers, its errors, its forms."""
