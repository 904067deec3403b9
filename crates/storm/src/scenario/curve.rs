//! When how many come: a line drawn through a few points.

use serde::Deserialize;

use super::span::Span;

/// Heights at times, straight in between, nothing before the first and after the last point. For people the height
/// is a density (only its shape counts), for requests it is a rate a second.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Vec<(Span, f64)>")]
pub struct Curve {
    points: Vec<(f64, f64)>,
    /// The area up to each point, in seconds times height.
    areas: Vec<f64>,
}

/// What is no curve.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CurveError {
    /// No points, or too many.
    #[error("a curve has from 1 to {POINTS_MAX} points, each a time and a height: [[\"0s\", 100], [\"10m\", 0]]")]
    Points,
    /// Times go backwards.
    #[error("the times of a curve go forward; {0} does not come after the point before it")]
    Backwards(Span),
    /// A height that is none.
    #[error("a height is zero or more, and below {HEIGHT_MAX}; the one at {0} is not")]
    Height(Span),
    /// Nothing under it.
    #[error("a curve of several points has one above zero")]
    Flat,
}

const POINTS_MAX: usize = 200;
const HEIGHT_MAX: f64 = 10_000_000.0;

impl TryFrom<Vec<(Span, f64)>> for Curve {
    type Error = CurveError;

    fn try_from(given: Vec<(Span, f64)>) -> Result<Self, CurveError> {
        if given.is_empty() || given.len() > POINTS_MAX {
            return Err(CurveError::Points);
        }
        for pair in given.windows(2) {
            if pair[1].0 <= pair[0].0 {
                return Err(CurveError::Backwards(pair[1].0));
            }
        }
        // Written so that what is no number is refused too.
        if let Some((at, _)) = given.iter().find(|(_, height)| !(0.0..HEIGHT_MAX).contains(height)) {
            return Err(CurveError::Height(*at));
        }
        let points: Vec<(f64, f64)> = given
            .iter()
            .map(|(at, height)| (at.0 as f64 / 1_000.0, *height))
            .collect();
        let mut areas = vec![0.0];
        for pair in points.windows(2) {
            let area = (pair[1].0 - pair[0].0) * f64::midpoint(pair[0].1, pair[1].1);
            areas.push(areas[areas.len() - 1] + area);
        }
        let curve = Self { points, areas };
        if curve.points.len() > 1 && curve.area() <= 0.0 {
            return Err(CurveError::Flat);
        }
        Ok(curve)
    }
}

impl Curve {
    /// Everything under it: for a rate, how many requests there are.
    pub fn area(&self) -> f64 {
        self.areas[self.areas.len() - 1]
    }

    /// Its first time, in seconds from the opening.
    pub fn begins_s(&self) -> f64 {
        self.points[0].0
    }

    /// Its last time, in seconds from the opening.
    pub fn ends_s(&self) -> f64 {
        self.points[self.points.len() - 1].0
    }

    /// When this share (0 to 1) of everything has come, in seconds from the opening.
    pub fn moment_s(&self, share: f64) -> f64 {
        let wanted = self.area() * share.clamp(0.0, 1.0);
        let after = self.areas.partition_point(|area| *area < wanted).max(1);
        let (Some(from), Some(to)) = (self.points.get(after - 1), self.points.get(after)) else {
            return self.ends_s();
        };
        // Between two points the height is linear, the area a square: its inverse, in the form that does not divide
        // by the slope.
        let (missing, length) = (wanted - self.areas[after - 1], to.0 - from.0);
        let root = (from.1 * from.1 + 2.0 * missing * (to.1 - from.1) / length)
            .max(0.0)
            .sqrt();
        let height = from.1 + root;
        let into = if height > 0.0 { 2.0 * missing / height } else { 0.0 };
        from.0 + into.clamp(0.0, length)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops where its example is wrong")]
mod tests {
    use super::*;

    fn curve(points: &[(&str, f64)]) -> Result<Curve, CurveError> {
        let points: Vec<(Span, f64)> = points
            .iter()
            .map(|(at, height)| (Span::parse(at).unwrap(), *height))
            .collect();
        Curve::try_from(points)
    }

    #[test]
    fn a_constant_rate_spreads_evenly() {
        let curve = curve(&[("0s", 50.0), ("10s", 50.0)]).unwrap();
        assert!((curve.area() - 500.0).abs() < 1e-9);
        for tenth in 0..=10 {
            assert!((curve.moment_s(f64::from(tenth) / 10.0) - f64::from(tenth)).abs() < 1e-9);
        }
    }

    #[test]
    fn a_triangle_has_half_of_all_before_its_top() {
        let curve = curve(&[("-10s", 0.0), ("0s", 7.0), ("10s", 0.0)]).unwrap();
        assert!(curve.moment_s(0.5).abs() < 1e-6);
        assert!((curve.moment_s(0.125) + 5.0).abs() < 1e-6);
        assert!((curve.moment_s(1.0) - 10.0).abs() < 1e-6);
    }

    #[test]
    fn moments_never_go_back() {
        let curve = curve(&[
            ("-30m", 0.0),
            ("-1m", 3.0),
            ("0s", 80.0),
            ("5s", 0.0),
            ("20s", 0.0),
            ("1h", 4.0),
        ])
        .unwrap();
        let moments: Vec<f64> = (0..=10_000)
            .map(|share| curve.moment_s(f64::from(share) / 10_000.0))
            .collect();
        assert!(moments.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(moments[0] >= curve.begins_s() && moments[10_000] <= curve.ends_s());
    }

    #[test]
    fn one_point_is_a_moment() {
        let curve = curve(&[("5s", 1.0)]).unwrap();
        assert!((curve.moment_s(0.0) - 5.0).abs() < 1e-9 && (curve.moment_s(1.0) - 5.0).abs() < 1e-9);
    }

    #[test]
    fn what_is_no_curve_is_refused() {
        assert_eq!(curve(&[]), Err(CurveError::Points));
        assert_eq!(
            curve(&[("1s", 1.0), ("1s", 2.0)]),
            Err(CurveError::Backwards(Span(1_000)))
        );
        assert_eq!(curve(&[("1s", -1.0)]), Err(CurveError::Height(Span(1_000))));
        assert_eq!(curve(&[("1s", f64::NAN)]), Err(CurveError::Height(Span(1_000))));
        assert_eq!(curve(&[("1s", 0.0), ("2s", 0.0)]), Err(CurveError::Flat));
    }
}
